"""Messages that are written once, and messages of which there is one at a time."""

import threading

import dramatiq
import pytest

from tests.integration.bus.waiting import eventually


@pytest.fixture
def note(broker):
    return dramatiq.actor(lambda: None, broker=broker, actor_name="note")


def test_message_is_written_once_however_often_it_is_sent(broker, note):
    message = note.message_with_options(enqueue_once=True)
    for _ in range(3):
        broker.enqueue(message)
    broker.enqueue(message, delay=50)
    broker.enqueue_many([message, note.message()])

    assert (2, 0) == (broker.queue_stats("default").ready, broker.queue_stats("default").delayed)


def test_finished_message_is_not_written_again_either(broker, note, start_worker):
    message = note.message_with_options(enqueue_once=True)
    start_worker(broker)
    broker.enqueue(message)
    broker.join("default", timeout=5_000)
    broker.enqueue(message)

    assert 0 == broker.unfinished("default")


def test_retry_of_a_message_that_is_written_once_is_written(broker, start_worker):
    ran = []

    @dramatiq.actor(broker=broker, min_backoff=5, max_backoff=10, max_retries=2)
    def fail_once():
        ran.append(1)
        if len(ran) == 1:
            raise RuntimeError

    fail_once.send_with_options(enqueue_once=True)
    start_worker(broker)
    eventually(lambda: len(ran) == 2)


def test_second_message_with_the_key_is_left_out_and_names_the_first(broker, note):
    first = note.send_with_options(unique_key="party-1")
    second = note.send_with_options(unique_key="party-1")
    other = note.send_with_options(unique_key="party-2")
    delayed = note.send_with_options(unique_key="party-1", delay=10)

    assert 2 == broker.unfinished("default")
    assert "duplicate_of" not in first.options
    assert "duplicate_of" not in other.options
    assert [first.message_id] * 2 == [each.options["duplicate_of"] for each in (second, delayed)]


def test_many_at_once_hold_each_key_once(broker, note):
    sent = broker.enqueue_many([note.message_with_options(unique_key=f"party-{number % 3}") for number in range(9)])

    assert 3 == broker.unfinished("default")
    assert 6 == len([each for each in sent if each.options.get("duplicate_of")])


def test_left_out_message_is_not_announced_as_enqueued(broker, note):
    announced = []

    class Watch(dramatiq.Middleware):
        def after_enqueue(self, broker, message, delay):
            announced.append(message.message_id)

    broker.add_middleware(Watch())
    first = note.send_with_options(unique_key="party-1")
    note.send_with_options(unique_key="party-1")

    assert [first.message_id] == announced


@pytest.mark.parametrize("ends", ["done", "dead", "skipped"])
def test_key_is_free_when_the_message_is_finished(broker, start_worker, ends):
    @dramatiq.actor(broker=broker, max_retries=0)
    def end():
        if ends == "dead":
            raise RuntimeError
        if ends == "skipped":
            raise dramatiq.middleware.SkipMessage

    start_worker(broker)
    end.send_with_options(unique_key="party-1")
    broker.join("default", timeout=5_000)
    again = end.send_with_options(unique_key="party-1")

    assert "duplicate_of" not in again.options


def test_key_is_held_while_the_message_is_retried(broker, start_worker):
    ran = []

    @dramatiq.actor(broker=broker, min_backoff=400, max_backoff=401, max_retries=1)
    def fail_once():
        ran.append(1)
        if len(ran) == 1:
            raise RuntimeError

    start_worker(broker)
    fail_once.send_with_options(unique_key="party-1")
    eventually(lambda: broker.queue_stats("default").delayed == 1)
    assert "duplicate_of" in fail_once.send_with_options(unique_key="party-1").options
    broker.join("default", timeout=5_000)

    assert 2 == len(ran)
    assert "duplicate_of" not in fail_once.send_with_options(unique_key="party-1").options


def test_key_is_free_as_soon_as_the_message_starts_when_asked(broker, start_worker):
    started, go_on = threading.Event(), threading.Event()

    @dramatiq.actor(broker=broker)
    def hold():
        started.set()
        go_on.wait(5)

    start_worker(broker, threads=1)
    hold.send_with_options(unique_key="party-1", unique_until="started")
    assert started.wait(5)
    waiting = hold.send_with_options(unique_key="party-1", unique_until="started")
    third = hold.send_with_options(unique_key="party-1", unique_until="started")
    go_on.set()

    assert "duplicate_of" not in waiting.options
    assert waiting.message_id == third.options["duplicate_of"]


def test_key_is_held_for_a_window_whatever_becomes_of_the_message(broker, note, start_worker):
    start_worker(broker)
    note.send_with_options(unique_key="party-1", unique_until="window", unique_seconds=0.5)
    broker.join("default", timeout=5_000)
    assert "duplicate_of" in note.send_with_options(unique_key="party-1", unique_until="window").options

    eventually(lambda: "duplicate_of" not in note.send_with_options(unique_key="party-1").options)


def test_key_of_a_message_that_crashed_too_often_is_free(broker, actors, start_process):
    sent = actors["end_process"].send_with_options(unique_key="party-1")
    assert "duplicate_of" not in sent.options
    onlooker = broker.consume("work", timeout=10)
    for _ in range(8):
        process = start_process(threads=1)
        eventually(lambda p=process: p.poll() is not None or broker.dead_letters("work"), within=20)
        if broker.dead_letters("work"):
            break

    assert "duplicate_of" not in actors["note"].send_with_options(args=("x",), unique_key="party-1").options
    onlooker.close()


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"unique_key": ""}, "unique_key must be text"),
        ({"unique_key": 7}, "unique_key must be text"),
        ({"unique_key": "k" * 513}, "unique_key must be text"),
        ({"unique_key": "k", "unique_until": "later"}, "unique_until must be one of"),
        ({"unique_key": "k", "unique_seconds": 0}, "unique_seconds must be more than 0"),
        ({"unique_key": "k", "unique_seconds": True}, "unique_seconds must be more than 0"),
    ],
)
def test_option_that_does_not_exist_is_refused(broker, note, options, complaint):
    with pytest.raises(ValueError, match=complaint):
        note.send_with_options(**options)

    assert 0 == broker.unfinished("default")
