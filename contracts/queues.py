"""The queues: one per agent pool, and the orchestrator's. Queue, pool and folder share one name."""

from enum import StrEnum


class Queue(StrEnum):
    """A dramatiq queue, and the consumer group that reads it (R44, R45, C2)."""

    SCRIBE = "scribe"
    SYSTEM_MASTERY = "system_mastery"
    WORLD_DESIGNER = "world_designer"
    ORCHESTRATOR = "orchestrator"

    @property
    def logical_stream(self) -> str:
        """The user's stream name; the key on the server is `{<logical stream>:<queue>}:p<priority>`."""
        return "agent_results" if self is Queue.ORCHESTRATOR else "agent_tasks"

    @property
    def consumer_group(self) -> str:
        """The user's group name, `<queue>_workers`."""
        return f"{self.value}_workers"

    @property
    def max_length(self) -> int:
        """Messages above which new work is refused at the door (R44, R45, C1)."""
        return 5_000 if self is Queue.ORCHESTRATOR else 10_000


AGENT_QUEUES = (Queue.SCRIBE, Queue.SYSTEM_MASTERY, Queue.WORLD_DESIGNER)
"""The three agents of this version (R11)."""
