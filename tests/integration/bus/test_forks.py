"""A forked child opens its own connections and reads under its own name."""

import os
import warnings

import dramatiq

from tests.integration.bus.waiting import eventually


def test_child_does_not_use_what_its_parent_opened(broker, raw):
    note = dramatiq.actor(lambda _: None, broker=broker, actor_name="note")
    consumer = broker.consume("default", timeout=10)
    note.send("from the parent")
    parents_name = broker.session.consumer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # forking with threads is what is tested
        child = os.fork()
    if child == 0:
        try:
            note.send("from the child")
            raw_name = broker.session.consumer
            os._exit(0 if raw_name != parents_name else 3)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)

    assert 0 == os.waitstatus_to_exitcode(status)
    assert parents_name == broker.session.consumer
    assert 2 == broker.unfinished("default")
    assert next(consumer) is not None  # the parent's connection still works
    eventually(lambda: [parents_name] == [name for name, _ in broker.live_consumers("default")])
    consumer.close()


def test_declaring_opens_nothing_and_starts_nothing():
    import threading

    from bus import StreamsBroker

    before = threading.active_count()
    broker = StreamsBroker("redis://127.0.0.1:1/0")  # nobody listens there
    dramatiq.actor(lambda: None, broker=broker, actor_name="note", queue_name="q")

    assert before == threading.active_count()
    assert broker._session is None
    assert {"q"} == broker.get_declared_queues()
    assert set() == broker.get_declared_delay_queues()
    broker.close()
