"""What follows from a message is written together with its acknowledgement, or neither is."""

import threading

import dramatiq
import pytest
import redis

from bus.streams import Streams
from tests.integration.bus.waiting import eventually


@pytest.fixture
def steps(broker):
    """A pipeline of two steps: `steps.run()`, `steps.seen`."""
    seen = []

    @dramatiq.actor(broker=broker)
    def first():
        seen.append("first")

    @dramatiq.actor(broker=broker)
    def second():
        seen.append("second")

    class Steps:
        def run(self):
            dramatiq.pipeline([first.message(), second.message_with_options(pipe_ignore=True)], broker=broker).run()

    steps = Steps()
    steps.seen = seen
    return steps


def fail_settling(monkeypatch, *, times, before):
    """Let the connection break `times` times at settle: before the server got it, or after it did it."""
    settle, failures = Streams.settle, []

    def breaking(self, *args, **kwargs):
        if len(failures) >= times:
            return settle(self, *args, **kwargs)
        failures.append(1)
        if not before:
            settle(self, *args, **kwargs)
        raise redis.ConnectionError("cut")

    monkeypatch.setattr(Streams, "settle", breaking)
    return failures


@pytest.mark.parametrize("before", [True, False], ids=["request lost", "answer lost"])
def test_connection_cut_at_the_hand_over_neither_loses_nor_doubles_the_next_step(
    broker, steps, monkeypatch, start_worker, before
):
    failures = fail_settling(monkeypatch, times=3, before=before)
    start_worker(broker)
    steps.run()
    broker.join("default", timeout=10_000)

    eventually(lambda: len(failures) == 3)
    assert ["first", "second"] == steps.seen


@pytest.mark.parametrize("before", [True, False], ids=["request lost", "answer lost"])
def test_connection_cut_at_a_retry_neither_loses_nor_doubles_it(broker, monkeypatch, start_worker, before):
    ran = []

    @dramatiq.actor(broker=broker, min_backoff=10, max_backoff=20, max_retries=2)
    def fail_once():
        ran.append(1)
        if len(ran) == 1:
            raise RuntimeError

    fail_settling(monkeypatch, times=2, before=before)
    start_worker(broker)
    fail_once.send()
    broker.join("default", timeout=10_000)

    assert [1, 1] == ran


@pytest.mark.parametrize("before", [True, False], ids=["request lost", "answer lost"])
def test_connection_cut_at_a_rejection_makes_one_dead_letter(broker, monkeypatch, start_worker, before):
    @dramatiq.actor(broker=broker, max_retries=0)
    def fail():
        raise RuntimeError

    fail_settling(monkeypatch, times=2, before=before)
    start_worker(broker)
    fail.send()
    broker.join("default", timeout=10_000)

    assert 1 == len(broker.dead_letters("default"))


def test_next_step_is_not_published_before_the_acknowledgement(broker, steps, monkeypatch, start_worker):
    reached, go_on = threading.Event(), threading.Event()
    settle = Streams.settle

    def wait_first(self, *args, **kwargs):
        reached.set()
        assert go_on.wait(10)
        return settle(self, *args, **kwargs)

    monkeypatch.setattr(Streams, "settle", wait_first)
    start_worker(broker)
    steps.run()
    assert reached.wait(10)
    before = broker.unfinished("default")
    go_on.set()
    broker.join("default", timeout=10_000)

    assert 1 == before
    assert ["first", "second"] == steps.seen


def test_hand_over_of_a_message_that_was_taken_away_writes_nothing(broker, steps, raw):
    steps.run()
    consumer = broker.consume("default", timeout=200)
    message = next(consumer)
    raw.xclaim(message.entry.lane, "workers", "somebody-else", 0, [message.entry.id])

    broker.emit_before("process_message", message)
    broker.emit_after("process_message", message, result=None)
    consumer.ack(message)

    assert 1 == broker.unfinished("default")
    assert 1 == raw.xpending(message.entry.lane, "workers")["pending"]
    consumer.close()


def test_what_an_actor_sends_itself_goes_out_at_once(broker, start_worker):
    depth_inside = []

    @dramatiq.actor(broker=broker)
    def child():
        pass

    @dramatiq.actor(broker=broker)
    def parent():
        child.send_with_options(delay=200)
        depth_inside.append(broker.queue_stats("default").delayed)

    start_worker(broker)
    parent.send()
    broker.join("default", timeout=5_000)

    assert [1] == depth_inside


def test_result_that_cannot_be_passed_on_makes_a_dead_letter_instead_of_losing_the_pipeline(broker, start_worker):
    @dramatiq.actor(broker=broker)
    def first():
        return object()  # JSON cannot carry it

    @dramatiq.actor(broker=broker)
    def second(_):
        pass

    start_worker(broker)
    dramatiq.pipeline([first.message(), second.message()], broker=broker).run()
    broker.join("default", timeout=5_000)

    [letter] = broker.dead_letters("default")
    assert ("handover_failed", "first") == (letter.reason, letter.message.actor_name)


def test_message_interrupted_during_its_hand_over_runs_again(broker, start_worker):
    ran = []

    class Interrupted(BaseException):
        pass

    class InterruptTwice(dramatiq.Middleware):
        """Like a shutdown notification that arrives while middleware runs, and again while the failure is handled."""

        def after_process_message(self, broker, message, *, result=None, exception=None):
            if len(ran) == 1:
                raise Interrupted

    @dramatiq.actor(broker=broker)
    def work():
        ran.append(1)

    broker.add_middleware(InterruptTwice())
    consumer = broker.consume("default", timeout=200)
    work.send()
    message = next(consumer)
    broker.emit_before("process_message", message)
    work.fn()
    with pytest.raises(Interrupted):
        broker.emit_after("process_message", message, result=None)
    consumer.ack(message)
    consumer.close()
    assert 1 == broker.unfinished("default")

    start_worker(broker)
    broker.join("default", timeout=5_000)
    assert [1, 1] == ran


def test_server_without_memory_keeps_the_message_and_takes_the_hand_over_later(
    broker, steps, own_server, make_broker, start_worker
):
    full = make_broker(own_server.url())
    ran, retried = [], threading.Event()

    @dramatiq.actor(broker=full, queue_name="other")
    def second():
        ran.append("second")

    @dramatiq.actor(broker=full, queue_name="other")
    def first():
        ran.append("first")
        with redis.Redis(port=own_server.port) as client:
            client.config_set("maxmemory", 1)

    class Watch(dramatiq.Middleware):
        def before_ack(self, broker, message):
            if ran == ["first"] and message.message_id in acked:
                retried.set()
            acked.append(message.message_id)

    acked = []
    full.add_middleware(Watch())
    worker = start_worker(full)
    dramatiq.pipeline([first.message(), second.message_with_options(pipe_ignore=True)], broker=full).run()
    assert retried.wait(10)
    assert ["first"] == ran
    with redis.Redis(port=own_server.port) as client:
        client.config_set("maxmemory", 0)
    full.join("other", timeout=10_000)
    worker.stop()

    assert ["first", "second"] == ran


def test_stock_behaviour_is_one_option_away(make_broker, monkeypatch, start_worker):
    broker = make_broker(atomic_handoff=False)
    published, settled = [], []
    publish, settle = Streams.publish, Streams.settle
    monkeypatch.setattr(Streams, "publish", lambda self, those: (published.extend(those), publish(self, those))[1])
    monkeypatch.setattr(
        Streams, "settle", lambda self, *args, **more: (settled.extend(args[2]), settle(self, *args, **more))[1]
    )
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    start_worker(broker)
    dramatiq.pipeline([note.message(), note.message_with_options(pipe_ignore=True)], broker=broker).run()
    eventually(lambda: len(published) == 2)
    broker.join("default", timeout=5_000)

    assert [] == settled
