"""The tasks of the bus benchmarks with the broker in memory, in small."""

import io
import json
import threading
from contextlib import nullcontext

import pytest
from dramatiq.brokers.stub import StubBroker

from benchmarks.bus import tasks
from benchmarks.bus.contenders import BARE, OURS, STOCK, STUB
from benchmarks.bus.orders import Order
from benchmarks.bus.runs import drain_once, interleaved
from benchmarks.children import Child, ChildFailed, Parent


class EagerParent(Parent):
    """Lets the child begin at once and end at once, and keeps what it told."""

    def __init__(self):
        super().__init__(io.StringIO("go\n"), io.StringIO())

    @property
    def told(self):
        return [json.loads(line) for line in self._says.getvalue().splitlines()]


def test_work_tells_how_long_it_took_and_what_it_cost():
    parent = EagerParent()

    tasks.work(Order("work", STUB, messages=50, threads=2), parent)

    ready, facts = parent.told
    assert {"ready": True} == ready
    assert 50 == facts["ran"]
    assert 0 < facts["started_ns"] < facts["ended_ns"]
    assert 0 < facts["cpu_seconds"] < 10


@pytest.mark.parametrize("text_bytes", [0, 200])
def test_enqueue_puts_the_warm_up_and_what_counts(text_bytes, monkeypatch):
    put = []
    monkeypatch.setattr(tasks, "make_broker", lambda *_: broker)
    broker = tasks_broker(put)
    parent = EagerParent()

    tasks.enqueue(Order("enqueue", STUB, messages=7, warm_up=3, text_bytes=text_bytes), parent)

    assert 10 == len(put)
    assert {(("x" * 200,) if text_bytes else ())} == {tuple(message.args) for message in put}
    assert parent.told[1]["seconds"] > 0


def tasks_broker(put):
    class Notes(StubBroker):
        def enqueue(self, message, *, delay=None):
            put.append(message)
            return message

        def enqueue_many(self, messages, *, delay=None):
            put.append(list(messages))

    return Notes()


def test_batches_hold_as_many_as_ordered_and_the_last_one_the_rest():
    put = []

    tasks.putter(tasks_broker(put), Order("enqueue", OURS, batch=100))(250)

    assert [100, 100, 50] == [len(batch) for batch in put]


def test_count_remembers_the_first_and_tells_of_the_last():
    count = tasks._Count(40)
    threads = [threading.Thread(target=lambda: [count() for _ in range(10)]) for _ in range(4)]

    for thread in threads[:3]:
        thread.start()
        thread.join()
    assert (True, False) == (count.started_ns > 0, count.last.is_set())
    threads[3].start()
    threads[3].join()

    assert count.last.is_set()
    assert 40 == count.runs()


def test_contenders_take_turns_and_none_is_always_first():
    turns = list(interleaved([OURS, STOCK, STUB], 3))

    assert [OURS, STOCK, STUB, STOCK, STUB, OURS, STUB, OURS, STOCK] == [contender for contender, _ in turns]
    assert [0, 0, 0, 1, 1, 1, 2, 2, 2] == [number for _, number in turns]


def test_child_does_what_it_is_ordered_in_a_process_of_its_own():
    with Order("work", STUB, messages=20).start() as child:
        assert {"ready": True} == child.hear()
        child.go()
        assert 20 == child.hear()["ran"]
        assert child.is_running

    assert not child.is_running


def test_child_that_is_no_longer_wanted_ends_by_itself():
    child = Order("work", STUB, messages=20).start()
    child.hear()

    assert 0 == child.end()


def test_child_that_cannot_begin_is_reported(tmp_path):
    with (
        (tmp_path / "errors").open("wb") as errors,
        Child(
            "benchmarks.bus.child", {"task": "nonsense", "contender": BARE}, title="nonsense", errors=errors
        ) as child,
        pytest.raises(ChildFailed, match="nonsense: it ended too early"),
    ):
        child.hear()

    assert "nonsense" in (tmp_path / "errors").read_text()


def test_child_that_says_nothing_is_reported():
    with Order("work", STUB, messages=20).start() as child:
        child.hear()
        with pytest.raises(ChildFailed, match=r"nothing heard within 0\.2 s"):
            child.hear(within_seconds=0.2)


def test_run_that_did_not_run_every_message_is_no_result(monkeypatch):
    class Server:
        url = ""

        def cpu_seconds(self):
            return 0.0

    class Forgetful(Child):
        def hear(self, **options):
            return super().hear(**options) | {"ran": 19}

    monkeypatch.setattr("benchmarks.bus.runs.fresh_server", lambda: nullcontext(Server()))
    monkeypatch.setattr("benchmarks.bus.orders.Child", Forgetful)

    with pytest.raises(RuntimeError, match="ran 19 actors for 20 messages"):
        drain_once(Order("work", STUB, messages=20))
