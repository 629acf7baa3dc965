"""What every dramatiq broker must show. A subclass gives a `broker` fixture; messages are run by real workers."""

import time
from collections.abc import Iterator
from contextlib import nullcontext

import dramatiq
import pytest
from dramatiq import Worker
from dramatiq.broker import Broker
from dramatiq.errors import ActorNotFound, QueueNotFound
from dramatiq.middleware import SkipMessage

from tests.support.stopwatch import Stopwatch

JOIN_MS = 10_000


class Recorder(dramatiq.Middleware):
    """Writes down the signals of messages, in their order."""

    def __init__(self):
        self.signals = []

    def before_enqueue(self, broker, message, delay):
        self.signals.append(("before_enqueue", delay))

    def after_enqueue(self, broker, message, delay):
        self.signals.append(("after_enqueue", delay))

    def before_process_message(self, broker, message):
        self.signals.append("before_process")

    def after_process_message(self, broker, message, *, result=None, exception=None):
        self.signals.append("after_process")

    def after_skip_message(self, broker, message):
        self.signals.append("after_skip")

    def after_ack(self, broker, message):
        self.signals.append("after_ack")

    def after_nack(self, broker, message):
        self.signals.append("after_nack")


class BrokerSuite:
    """Mix into a test class whose `broker` fixture gives an empty broker."""

    fails_fast = False
    """Whether `join` raises the error of a rejected message."""

    @pytest.fixture
    def recorder(self, broker: Broker) -> Recorder:
        recorder = Recorder()
        broker.add_middleware(recorder)
        return recorder

    @pytest.fixture
    def run(self, broker: Broker) -> Iterator:
        """Runs workers until a queue is done."""
        workers = []

        def run(queue_name="default", **join_options):
            if not workers:
                workers.append(Worker(broker, worker_timeout=50, worker_threads=2))
                workers[0].start()
            broker.join(queue_name, timeout=JOIN_MS, **join_options)
            workers[0].join()

        yield run
        for worker in workers:
            worker.stop()

    def test_messages_run_with_their_arguments(self, broker, run):
        seen = []

        @dramatiq.actor(broker=broker)
        def note(*args, **kwargs):
            seen.append((args, kwargs))

        note.send(1, "two", three=3.0)
        run()

        assert [((1, "two"), {"three": 3.0})] == seen

    def test_messages_of_one_queue_start_in_the_order_they_were_sent(self, broker, run):
        seen = []
        note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
        for number in range(20):
            note.send(number)
        worker = Worker(broker, worker_timeout=50, worker_threads=1)
        worker.start()
        broker.join("default", timeout=JOIN_MS)
        worker.stop()

        assert list(range(20)) == seen

    def test_declaring_twice_is_declaring_once(self, broker):
        declared = []

        class Watch(dramatiq.Middleware):
            def after_declare_queue(self, broker, queue_name):
                declared.append(queue_name)

        broker.add_middleware(Watch())
        broker.declare_queue("one")
        broker.declare_queue("one")

        assert ["one"] == declared
        assert {"one"} <= set(broker.get_declared_queues())

    def test_middleware_added_late_hears_of_what_was_declared_before(self, broker):
        dramatiq.actor(lambda: None, broker=broker, actor_name="note", queue_name="early")
        heard = []

        class Watch(dramatiq.Middleware):
            def after_declare_queue(self, broker, queue_name):
                heard.append(queue_name)

            def after_declare_actor(self, broker, actor):
                heard.append(actor.actor_name)

        broker.add_middleware(Watch())

        assert {"note", "early"} <= set(heard)

    def test_actors_are_found_by_name(self, broker):
        note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")

        assert note is broker.get_actor("note")
        assert {"note"} == broker.get_declared_actors()
        with pytest.raises(ActorNotFound):
            broker.get_actor("nobody")

    def test_undeclared_queue_is_refused_by_readers(self, broker):
        with pytest.raises(QueueNotFound):
            broker.consume("nowhere")
        with pytest.raises(QueueNotFound):
            broker.join("nowhere")

    def test_signals_of_a_good_message_come_in_order(self, broker, recorder, run):
        note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
        note.send()
        run()

        assert [
            ("before_enqueue", None),
            ("after_enqueue", None),
            "before_process",
            "after_process",
            "after_ack",
        ] == recorder.signals

    def test_signals_of_a_skipped_message_come_in_order(self, broker, recorder, run):
        @dramatiq.actor(broker=broker)
        def skip():
            raise SkipMessage

        skip.send()
        run()

        assert ["before_process", "after_skip", "after_ack"] == recorder.signals[2:]

    def test_signals_of_a_rejected_message_come_in_order(self, broker, recorder, run):
        @dramatiq.actor(broker=broker, max_retries=0)
        def fail():
            raise ValueError("no")

        fail.send()
        with pytest.raises(ValueError, match="no") if self.fails_fast else nullcontext():
            run()

        assert ["before_process", "after_process", "after_nack"] == recorder.signals[2:]

    def test_retry_is_announced_with_its_delay(self, broker, recorder, run):
        ran = []

        @dramatiq.actor(broker=broker, max_retries=1, min_backoff=20, max_backoff=40)
        def fail_once():
            ran.append(1)
            if len(ran) == 1:
                raise ValueError

        fail_once.send()
        run()

        delays = [signal[1] for signal in recorder.signals if signal[0] == "after_enqueue"]
        assert [1, 1] == ran
        assert delays[0] is None
        assert 20 <= delays[1] <= 40

    def test_delayed_message_does_not_start_before_its_time(self, broker, run):
        started = []
        note = dramatiq.actor(lambda: started.append(time.monotonic()), broker=broker, actor_name="note")
        sent = time.monotonic()
        note.send_with_options(delay=200)
        run()

        assert started[0] - sent >= 0.199

    def test_message_keeps_its_id_over_its_retries(self, broker, run):
        seen = []

        class Watch(dramatiq.Middleware):
            def before_process_message(self, broker, message):
                seen.append(message.message_id)

        broker.add_middleware(Watch())

        @dramatiq.actor(broker=broker, max_retries=2, min_backoff=10, max_backoff=20)
        def fail_twice():
            if len(seen) < 3:
                raise ValueError

        sent = fail_twice.send()
        run()

        assert [sent.message_id] * 3 == seen

    def test_pipeline_runs_in_its_order(self, broker, run):
        seen = []

        @dramatiq.actor(broker=broker)
        def step(number, before=None):
            seen.append((number, before))
            return number

        dramatiq.pipeline([step.message(1), step.message(2), step.message(3)], broker=broker).run()
        run()

        assert [(1, None), (2, 1), (3, 2)] == seen

    def test_flushed_messages_do_not_run(self, broker, run):
        seen = []
        note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
        note.send("dropped")
        broker.flush("default")
        note.send("kept")
        run()

        assert ["kept"] == seen

    def test_reader_without_messages_answers_none_in_time(self, broker):
        broker.declare_queue("default")
        consumer = broker.consume("default", timeout=50)

        with Stopwatch() as took:
            assert next(consumer) is None
        assert took.seconds < 1
        consumer.close()

    def test_reader_holds_no_more_than_its_prefetch(self, broker):
        note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
        note.send()
        note.send()
        consumer = broker.consume("default", prefetch=1, timeout=100)

        first = next(consumer)
        assert next(consumer) is None
        consumer.ack(first)
        second = next(consumer)

        assert second is not None
        consumer.ack(second)
        consumer.close()
