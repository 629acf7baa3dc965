"""What a child process is ordered to do."""

from dataclasses import asdict, dataclass

from benchmarks.children import Child


@dataclass(frozen=True, slots=True)
class Order:
    """One task; each reads what it needs.

    Attributes:
        text_bytes: Length of the text that each message carries as its argument; 0 for no argument.
        batch: Messages of one enqueue; 1 is `send`, more is `enqueue_many`.
        warm_up: Messages that are put before those that count, so that connections and scripts are there.
        processes: How many processes share the work of one queue.
        steps: Actors that a message passes, as a pipeline when it is more than one.
        queues: Queues that an idle worker reads.
        gap_seconds: Shortest and longest pause before a message is sent.
    """

    task: str
    contender: str
    url: str = ""
    messages: int = 0
    text_bytes: int = 0
    batch: int = 1
    warm_up: int = 100
    processes: int = 1
    threads: int = 8
    steps: int = 1
    queues: int = 1
    gap_seconds: tuple[float, float] = (0.0, 0.0)
    seed: int = 0

    def start(self) -> Child:
        """A fresh process that does it."""
        return Child("benchmarks.bus.child", asdict(self), title=f"{self.task} with {self.contender}")
