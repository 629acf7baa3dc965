"""Run a soak: a server, two workers, a warm-up and the rest."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from benchmarks.children import Child
from benchmarks.soak.checks import Findings
from benchmarks.soak.course import Course
from benchmarks.soak.record import tally
from benchmarks.soak.work import QUEUES, Work
from services.valkey import EmbeddedValkey

WORKERS = 2
THREADS = 8
WARM_UP_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Soak:
    """Sends so many messages through two workers and finds out what became of them and of the workers.

    Args:
        home: An empty folder for the server, the records and the logs of the workers.
        most_queued: Unfinished messages above which the producer waits.
        say: Told how it goes, in sentences.
    """

    messages: int
    home: Path
    most_queued: int = 20_000
    say: Callable[[str], None] = print

    def run(self) -> Findings:
        """Do it.

        Raises:
            Stalled: It could not be brought to an end; the logs of the workers tell more.
            ChildFailed: A worker did not start.
        """
        server = EmbeddedValkey(self.home / "server")
        server.start()
        try:
            return self._run(server)
        finally:
            server.stop()

    def _run(self, server: EmbeddedValkey) -> Findings:
        warm_up = max(1, round(self.messages * WARM_UP_SHARE))
        work = Work(server.url)
        with redis.Redis.from_url(server.url) as client, self._workers(server.url) as workers:
            course = Course(work, workers, client, server.port, most_queued=self.most_queued, say=self.say)
            before, after = course.run(range(warm_up)), course.run(range(warm_up, self.messages))
            exit_codes = [worker.end() for worker in workers]
        left = [work.broker.queue_stats(queue) for queue in QUEUES]
        work.broker.close()
        return Findings(
            messages=self.messages - warm_up,
            tally=tally(self.records, self.messages),
            left=left,
            before=before,
            after=after,
            most_connections=course.most_connections,
            exit_codes=exit_codes,
        )

    @property
    def records(self) -> list[Path]:
        """Where the workers write down what they did."""
        return [self.home / f"worker-{number + 1}.done" for number in range(WORKERS)]

    @property
    def logs(self) -> list[Path]:
        """Where the workers write what went wrong."""
        return [path.with_suffix(".log") for path in self.records]

    @contextmanager
    def _workers(self, url: str) -> Iterator[list[Child]]:
        with ExitStack() as stack:
            workers = []
            for record, log in zip(self.records, self.logs, strict=True):
                errors = stack.enter_context(log.open("wb"))
                order = {"url": url, "record": str(record), "threads": THREADS}
                child = Child("benchmarks.soak.worker", order, title=record.stem, errors=errors)
                workers.append(stack.enter_context(child))
            for worker in workers:
                worker.hear()
            yield workers


@contextmanager
def temporary_soak(messages: int, *, say: Callable[[str], None] = print) -> Iterator[Soak]:
    """A soak in a folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="dma-soak-") as home:
        yield Soak(messages, Path(home), say=say)
