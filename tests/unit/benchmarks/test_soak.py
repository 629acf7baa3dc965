"""What a soak sends, writes down and judges."""

from collections import Counter
from dataclasses import replace

import pytest
from dramatiq import Worker
from dramatiq.brokers.stub import StubBroker

from benchmarks.soak import command, work
from benchmarks.soak.checks import MEGABYTE, Findings, checks_of
from benchmarks.soak.course import Course, Stalled
from benchmarks.soak.record import Record, Tally, tally
from benchmarks.soak.watch import Snapshot, Usage
from benchmarks.soak.work import FIRST_QUEUE, NEXT_QUEUE, STEPS, Kind, Work, kind_of, steps_of
from bus.stats import LaneStats, QueueStats


def test_work_is_mixed_in_the_promised_shares():
    shares = Counter(map(kind_of, range(10_000)))

    assert {Kind.FAILS_ONCE: 200, Kind.PIPELINE: 100, Kind.DELAYED: 50, Kind.PLAIN: 9_650} == shares


def test_work_of_every_kind_is_done_once(monkeypatch):
    """In memory; what is delayed waits two seconds at most."""

    class ManyAtOnce(StubBroker):
        def __init__(self, url):
            super().__init__()

        def enqueue_many(self, messages):
            for message in messages:
                self.enqueue(message)

    monkeypatch.setattr(work, "StreamsBroker", ManyAtOnce)
    monkeypatch.setattr(work, "LONGEST_DELAY_MS", 20)
    done = []
    made = Work("", lambda number, step: done.append((number, step)))
    worker = Worker(made.broker, worker_timeout=20, worker_threads=2)
    worker.start()

    made.send(range(60))
    for queue in (FIRST_QUEUE, NEXT_QUEUE, FIRST_QUEUE):
        made.broker.join(queue, timeout=10_000)
    worker.stop()

    assert {(number, step): 1 for number in range(60) for step in range(steps_of(number))} == Counter(done)


# The record


@pytest.fixture
def records(tmp_path):
    return [tmp_path / "one", tmp_path / "two"]


def write(path, *done):
    with Record(path) as record:
        for number, step in done:
            record.done(number, step)


def everything(messages):
    return [(number, step) for number in range(messages) for step in range(steps_of(number))]


def test_records_of_all_workers_are_counted_together(records):
    done = everything(60)
    write(records[0], *done[::2])
    write(records[1], *done[1::2])

    counted = tally(records, 60)

    assert Tally(62, 0, 0, 0, ()) == counted
    assert counted.is_clean


def test_what_is_missing_runs_again_or_was_never_sent_is_found(records):
    done = everything(60)
    done.remove((3, 0))
    done.remove((50, 2))
    write(records[0], *done, (4, 0), (5, 1))
    write(records[1], (4, 0), (60, 0))

    counted = tally(records, 60)

    assert (2, 2, 2) == (counted.missing, counted.repeated, counted.unknown)
    assert "message 3 step 1: 0 times" in counted.examples
    assert "message 4 step 1: 3 times" in counted.examples
    assert not counted.is_clean


def test_record_takes_four_bytes_for_each_run(records):
    write(records[0], *everything(100))

    assert 4 * len(everything(100)) == records[0].stat().st_size


def test_largest_number_fits_into_the_record(records):
    write(records[0], (1_000_000_000, STEPS - 1))

    assert 1 == tally(records[:1], 1).unknown


# The verdict

NUMBERS = ("ready", "in_flight", "delayed", "dead", "consumers")


def queue(ready=0, in_flight=0, **counts):
    """Counts of a queue whose messages are all in the middle lane."""
    lanes = {1: LaneStats(0, 0, 0.0), 2: LaneStats(ready, in_flight, 0.0), 3: LaneStats(0, 0, 0.0)}
    return QueueStats(
        **({"queue": "soak", "delayed": 0, "dead": 0, "consumers": 0, "is_paused": False, "lanes": lanes} | counts)
    )


REST = Usage(memory=25 * MEGABYTE, threads=12)
GOOD = Findings(
    messages=950_000,
    tally=Tally(1_020_000, 0, 0, 0, ()),
    left=[queue()],
    before=Snapshot(2 * MEGABYTE, (REST, REST)),
    after=Snapshot(2 * MEGABYTE, (REST, REST)),
    most_connections=[5, 10],
    exit_codes=[0, 0],
)


def failing(findings):
    return [check.name for check in checks_of(findings) if not check.holds]


def test_soak_that_is_clean_holds():
    assert [] == failing(GOOD)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"tally": Tally(10, 1, 0, 0, ("message 3 step 1: 0 times",))}, "each of 10 actor runs was done once"),
        ({"tally": Tally(10, 0, 1, 0, ())}, "each of 10 actor runs was done once"),
        *(({"left": [queue(**{number: 1})]}, "nothing is left on the server") for number in NUMBERS),
        ({"most_connections": [11, 5]}, "worker 1, most connections at any look"),
        ({"most_connections": [5, 0]}, "worker 2, most connections at any look"),
        ({"exit_codes": [0, -9]}, "exit codes of the workers"),
    ],
)
def test_what_does_not_hold_is_named(change, expected):
    assert [expected] == failing(replace(GOOD, **change))


def after(server_growth=0, worker_growth=0, more_threads=0):
    worker = Usage(REST.memory + worker_growth, REST.threads + more_threads)
    return {"after": Snapshot(GOOD.before.server_memory + server_growth, (REST, worker))}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (after(more_threads=1), ["worker 2, threads after the warm-up and at the end"]),
        (after(more_threads=-1), []),
        (after(server_growth=950_000), []),
        (after(server_growth=12 * 950_000), ["server, memory after the warm-up and since"]),
        (after(worker_growth=7 * MEGABYTE), []),
        (after(worker_growth=40 * 950_000), ["worker 2, memory after the warm-up and since"]),
        (after(worker_growth=500 * 950_000 // 50), ["worker 2, memory after the warm-up and since"]),
    ],
    ids=[
        "one thread more",
        "one thread less",
        "a byte a message on the server",
        "an entry a message on the server",
        "noise in a worker",
        "an object a message in a worker",
        "an error a retry in a worker",
    ],
)
def test_growth_is_told_from_noise(change, expected):
    assert expected == failing(replace(GOOD, **change))


# The course


class Server:
    """A broker with so many unfinished messages, of which `speed` are done between two looks."""

    def __init__(self, speed):
        self.speed, self.queued, self.most = speed, 0, 0
        self.broker = self

    def send(self, numbers):
        self.queued += len(numbers)
        self.most = max(self.most, self.queued)

    def unfinished(self, queue_name):
        if queue_name == NEXT_QUEUE:
            return 0
        self.queued = max(0, self.queued - self.speed)
        return self.queued


@pytest.fixture(autouse=True)
def _fast(monkeypatch):
    monkeypatch.setattr("benchmarks.soak.course.PAUSE_SECONDS", 0.001)
    monkeypatch.setattr("benchmarks.soak.course.STALLED_SECONDS", 0.2)
    monkeypatch.setattr("benchmarks.soak.watch.PAUSE_SECONDS", 0.001)


def course(server, **options):
    return Course(server, [], _Info(), 0, say=lambda _: None, **({"most_queued": 2_000} | options))


class _Info:
    """The answers of a server at rest."""

    def info(self, section):
        return {"aof_rewrite_in_progress": 0, "used_memory": 1_000_000}


def test_producer_waits_when_much_is_queued():
    server = Server(speed=100)

    snapshot = course(server).run(range(10_000))

    assert 1_500 < server.most <= 2_000
    assert Snapshot(1_000_000, ()) == snapshot


def test_course_that_stands_still_is_given_up():
    with pytest.raises(Stalled, match="3000 unfinished"):
        course(Server(speed=0), most_queued=5_000).run(range(3_000))


def test_course_without_its_workers_is_given_up():
    class Ended:
        pid, is_running = 4711, False

    given_up = course(Server(speed=1))
    given_up._workers = [Ended()]

    with pytest.raises(Stalled, match="workers that ended: \\[4711\\]"):
        given_up.run(range(3_000))


# The command


class Soaked:
    """A soak that found something, or came to no end."""

    def __init__(self, findings, logs):
        self.findings, self.logs = findings, logs

    def run(self):
        if isinstance(self.findings, Exception):
            raise self.findings
        return self.findings

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.mark.parametrize(
    ("findings", "code", "said"),
    [
        (GOOD, 0, "holds"),
        (replace(GOOD, exit_codes=[0, 1]), 1, "FAILS"),
        (Stalled("7 unfinished"), 1, "7 unfinished"),
    ],
)
def test_exit_code_says_whether_all_holds(monkeypatch, capsys, tmp_path, findings, code, said):
    log = tmp_path / "worker-1.log"
    log.write_text("late: message 7")
    asked = []
    monkeypatch.setattr(command, "temporary_soak", lambda messages: asked.append(messages) or Soaked(findings, [log]))

    assert code == command.main(["--messages", "12"])

    assert [12] == asked
    output = capsys.readouterr()
    assert said in output.out
    assert ("late: message 7" in output.err) == bool(code)
