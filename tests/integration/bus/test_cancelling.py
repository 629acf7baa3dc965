"""A cancelled message is not started; one that runs is interrupted."""

import threading
import time

import dramatiq
import pytest
from dramatiq.results import ResultFailure, Results
from dramatiq.results.backends import StubBackend

from bus import Cancelled
from tests.integration.bus.waiting import eventually, waiting_reads


@pytest.fixture
def note(broker):
    """An actor that remembers what it was given: `note.seen`."""
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    note.seen = seen
    return note


def test_waiting_message_is_dropped_and_its_neighbours_run(broker, note, start_worker):
    sent = [note.send(number) for number in range(5)]
    broker.cancel("default", sent[2].message_id)
    start_worker(broker)
    broker.join("default", timeout=5_000)

    assert [0, 1, 3, 4] == sorted(note.seen)
    assert [] == broker.dead_letters("default")


def test_delayed_message_is_dropped_when_it_is_due_though_a_reader_waits_for_it(broker, note, raw, start_worker):
    start_worker(broker)
    eventually(lambda: waiting_reads(raw))
    for _ in range(5):
        sent = note.send_with_options(args=(1,), delay=100)
        broker.cancel("default", sent.message_id)
        broker.join("default", timeout=5_000)

    assert [] == note.seen


def test_prefetched_message_is_not_started(broker, note, start_worker):
    go_on = threading.Event()

    @dramatiq.actor(broker=broker)
    def hold():
        go_on.wait(10)

    hold.send()
    waiting = note.send(1)
    start_worker(broker, threads=1)
    eventually(lambda: broker.queue_stats("default").in_flight == 2)
    broker.cancel("default", waiting.message_id)
    eventually(lambda: broker.session.cancellations.holds("default", waiting.message_id))
    go_on.set()
    broker.join("default", timeout=5_000)

    assert [] == note.seen


def test_running_message_is_interrupted_and_not_retried(broker, start_worker):
    raised, runs = [], []

    @dramatiq.actor(broker=broker, max_retries=5, min_backoff=10, max_backoff=20)
    def loop():
        runs.append(1)
        try:
            while True:
                time.sleep(0.01)
        except BaseException as error:
            raised.append(error)
            raise

    sent = loop.send()
    start_worker(broker, threads=1)
    eventually(lambda: runs)
    broker.cancel("default", sent.message_id)
    broker.join("default", timeout=5_000)
    time.sleep(0.1)

    assert [Cancelled] == [type(error) for error in raised]
    assert 1 == len(runs)
    assert [] == broker.dead_letters("default")


def test_thread_of_an_interrupted_message_goes_on_with_the_next(broker, note, start_worker):
    started = threading.Event()

    @dramatiq.actor(broker=broker)
    def loop():
        started.set()
        while True:
            time.sleep(0.01)

    start_worker(broker, threads=1)
    for number in range(3):
        started.clear()
        sent = loop.send()
        assert started.wait(5)
        broker.cancel("default", sent.message_id)
        note.send(number)
        eventually(lambda n=number: n in note.seen)


def test_who_waits_for_the_result_hears_of_it(broker, start_worker):
    backend = StubBackend()
    broker.add_middleware(Results(backend=backend))
    add = dramatiq.actor(lambda: 1, broker=broker, actor_name="add", store_results=True)
    sent = add.send()
    broker.cancel("default", sent.message_id)
    start_worker(broker)

    with pytest.raises(ResultFailure, match="NotStarted"):
        sent.get_result(backend=backend, block=True, timeout=5_000)


def test_cancelled_step_ends_its_pipeline(broker, note, start_worker):
    first, second = note.message(1), note.message_with_options(args=(2,), pipe_ignore=True)
    broker.cancel("default", first.message_id)
    dramatiq.pipeline([first, second], broker=broker).run()
    start_worker(broker)
    broker.join("default", timeout=5_000)

    assert [] == note.seen


def test_cancellation_is_forgotten_when_its_time_is_over(broker, note, start_worker):
    sent = note.send(1)
    broker.cancel("default", sent.message_id, forget_seconds=0.1)
    time.sleep(0.2)
    start_worker(broker)
    broker.join("default", timeout=5_000)

    assert [1] == note.seen
