"""A complete dramatiq broker on Redis Streams. It knows nothing of the application around it.

broker = StreamsBroker("redis://127.0.0.1:6379/0")
dramatiq.set_broker(broker)
"""

from bus.broker import OnBuried, StreamsBroker, Verdict
from bus.cancellation import Cancelled, NotStarted
from bus.dead_letters import DeadLetter, Reason
from bus.errors import (
    BusError,
    DeadLetterNotFound,
    MessageCrashed,
    MessageInFlight,
    MessageNotFound,
    QueueFull,
    UnsafeServer,
)
from bus.inspection import MessageState, QueuedMessage
from bus.publishing import EntryFields
from bus.stats import LaneStats, QueueStats

__all__ = [
    "BusError",
    "Cancelled",
    "DeadLetter",
    "DeadLetterNotFound",
    "EntryFields",
    "LaneStats",
    "MessageCrashed",
    "MessageInFlight",
    "MessageNotFound",
    "MessageState",
    "NotStarted",
    "OnBuried",
    "QueueFull",
    "QueueStats",
    "QueuedMessage",
    "Reason",
    "StreamsBroker",
    "UnsafeServer",
    "Verdict",
]
