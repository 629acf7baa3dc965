"""The bus does what a plain queue in Python does, whatever is done to it in whatever order.

`DMA_CONSISTENCY=all` tries other and many more histories each time; by default they are always the same.
"""

import contextlib
import itertools
import os
import re
import sys
import threading
from collections.abc import Callable
from functools import partial

import dramatiq
import pytest
import redis
from dramatiq.middleware import Pipelines, Retries, SkipMessage
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bus import StreamsBroker
from bus.keys import QueueKeys
from tests.integration.bus.consistency.model import MAX_RETRIES, Holder, Item, Letter, Queue
from tests.integration.bus.server import Server
from tests.integration.bus.waiting import eventually

QUEUE = "work"
AN_HOUR_MS = 3_600_000
MOST_WORKERS = 2
MOST_LOSSES = 1
PATIENCE_SECONDS = 15
TRIES = 5

# Leases end by the hand of the test; a machine that stands still for seconds is not to end one.
USUAL = {"lease_seconds": 20.0, "heartbeat_seconds": 1.5, "low_priority_every": 0}
WATCHFUL = USUAL | {"heartbeat_seconds": 0.03}
"""A process that hears soon of what happens: that somebody is dead, and that a delayed message is due."""

_numbers = itertools.count(1)


class Worker:
    """A process of its own for the server: a user of its own, who can be shut out, and a consumer."""

    def __init__(
        self,
        server: Server,
        raw: redis.Redis,
        namespace: str,
        holder: Holder,
        *,
        known: set[str],
        **options: object,
    ) -> None:
        self._raw = raw
        self.holder = holder
        self.user = f"user{next(_numbers)}"
        raw.acl_setuser(self.user, enabled=True, nopass=True, keys=["*"], channels=["*"], categories=["+@all"])
        url = f"redis://{self.user}:any@127.0.0.1:{server.port}/0"
        self.broker = StreamsBroker(
            url,
            namespace=namespace,
            middleware=[Retries(max_retries=MAX_RETRIES, min_backoff=AN_HOUR_MS), Pipelines()],
            read_ahead=1,  # further is a matter of time, which the model does not have
            **options,
        )
        self.actor = dramatiq.actor(lambda label: None, broker=self.broker, actor_name="act", queue_name=QUEUE)
        self.consumer = self.broker.consume(QUEUE, prefetch=holder.prefetch, timeout=10)
        [self.name] = {name for name, _ in self.broker.live_consumers(QUEUE)} - known
        self.messages: dict[str, dramatiq.broker.MessageProxy] = {}

    def read(self, *, tries: int = TRIES) -> dramatiq.broker.MessageProxy | None:
        """The next message. None says only that none came in time, and a nudge or a wipe may take a call of its own."""
        return next((message for _ in range(tries) if (message := next(self.consumer)) is not None), None)

    def close(self) -> None:
        self.consumer.close()
        self.broker.close()
        self._raw.acl_deluser(self.user)

    def crash(self) -> None:
        """From now on the server hears nothing of it; its threads end when they notice."""
        self._raw.acl_deluser(self.user)

        def end() -> None:
            with contextlib.suppress(dramatiq.DramatiqError):
                self.broker.close()

        threading.Thread(target=end, daemon=True).start()


class BusMachine(RuleBasedStateMachine):
    """Workers come, go and crash; messages are sent, taken, processed, given back, buried and replayed."""

    server: Server

    losses = 0

    @initialize(max_crashes=st.sampled_from([1, 2, 3]))
    def begin(self, max_crashes: int) -> None:
        self.namespace = f"machine{next(_numbers)}"
        self.max_crashes = max_crashes
        self.raw = redis.Redis.from_url(self.server.url())
        self.raw.flushdb()
        self.queue = Queue(max_crashes=max_crashes)
        self.workers: list[Worker] = []
        self.names: set[str] = set()
        self.labels = (f"m{number}" for number in itertools.count(1))
        self.watcher = self._new_worker(Holder(prefetch=1), **WATCHFUL)
        self.a_worker_comes(prefetch=1)
        self.a_worker_comes(prefetch=3)
        self.send_many([1, 2, 2, 2, 3, 3])
        self._send(self.watcher, Item(next(self.labels), 2), later=True)

    def _new_worker(self, holder: Holder, **options: object) -> Worker:
        options["max_crashes"] = self.max_crashes
        worker = Worker(self.server, self.raw, self.namespace, holder, known=self.names, **options)
        self.names.add(worker.name)
        return worker

    @property
    def keys(self) -> QueueKeys:
        return self.watcher.broker.layout.of(QUEUE)

    # Sending

    @rule(priority=st.sampled_from([1, 2, 3]), later=st.booleans(), has_successor=st.booleans(), data=st.data())
    def send(self, priority: int, later: bool, has_successor: bool, data: st.DataObject) -> None:  # noqa: FBT001
        sender = data.draw(st.sampled_from([self.watcher, *self.workers]), label="sender")
        self._send(sender, Item(next(self.labels), priority, has_successor), later=later)

    def _send(self, sender: Worker, item: Item, *, later: bool) -> None:
        sender.broker.enqueue(self._message(item), delay=AN_HOUR_MS if later else None)
        self.queue.add(item, later=later)

    @rule(priorities=st.lists(st.sampled_from([1, 2, 3]), min_size=2, max_size=4))
    def send_many(self, priorities: list[int]) -> None:
        items = [Item(next(self.labels), priority) for priority in priorities]
        self.watcher.broker.enqueue_many([self._message(item) for item in items])
        for item in items:
            self.queue.add(item)

    def _message(self, item: Item) -> dramatiq.Message:
        messages = [self.watcher.actor.message_with_options(args=(item.label,), priority=item.priority)]
        if item.has_successor:
            following = {"args": (f"{item.label}+",), "priority": item.priority, "pipe_ignore": True}
            messages.append(self.watcher.actor.message_with_options(**following))
        return dramatiq.pipeline(messages, broker=self.watcher.broker).messages[0]

    @precondition(lambda self: self.queue.delayed)
    @rule(data=st.data())
    def a_delay_ends(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.queue.delayed), label="delayed")
        enqueue_id = self._enqueue_id(item)
        self.raw.zadd(self.keys.retry, {enqueue_id: 1}, xx=True)
        eventually(lambda: self.raw.zscore(self.keys.retry, enqueue_id) is None, within=PATIENCE_SECONDS)
        self.queue.promote(item)

    def _enqueue_id(self, item: Item) -> bytes:
        bodies = self.raw.hgetall(self.keys.retry_bodies)
        [found] = [enqueue_id for enqueue_id, body in bodies.items() if _label_in(body) == item.label]
        return found

    # Working

    @precondition(lambda self: len(self.workers) < MOST_WORKERS)
    @rule(prefetch=st.sampled_from([1, 3]))
    def a_worker_comes(self, prefetch: int) -> None:
        self.workers.append(self._new_worker(self.queue.open(prefetch), **USUAL))

    @precondition(lambda self: self._possible())
    @rule(data=st.data())
    def a_bit_of_work(self, data: st.DataObject) -> None:
        self._work(data, steps=2)

    @precondition(lambda self: self._possible())
    @rule(data=st.data())
    def a_day_of_work(self, data: st.DataObject) -> None:
        self._work(data, steps=10)

    def _work(self, data: st.DataObject, *, steps: int) -> None:
        """Messages are taken, started, processed, settled and given back, as it comes."""
        for _ in range(steps):
            if possible := self._possible():
                name, act = possible[data.draw(st.integers(0, len(possible) - 1), label="what")]
                note(name)
                act()
                self.counts_agree()

    def _possible(self) -> list[tuple[str, Callable[[], object]]]:
        getting = [worker for worker in self.workers if self.queue.would_get(worker.holder)]
        acts = [(f"take with {worker.user}", partial(self._take, worker)) for worker in getting]
        for worker in self.workers:
            for item in worker.holder.delivered:
                acts += self._possible_with(worker, item)
        return acts

    def _possible_with(self, worker: Worker, item: Item) -> list[tuple[str, Callable[[], object]]]:
        if item.outcome:
            return [(f"settle {item.label}", partial(self._settle, worker, item))]
        acts = [
            (f"process {item.label}", partial(self._process, worker, item, succeeds=True)),
            (f"fail {item.label}", partial(self._process, worker, item, succeeds=False)),
        ]
        if not item.is_started:
            acts += [
                (f"start {item.label}", partial(self._start, worker, item)),
                (f"give {item.label} back", partial(self._give_back, worker, item)),
            ]
        return acts

    def _take(self, worker: Worker) -> Item:
        message = worker.read()
        item = self.queue.take(worker.holder)
        assert message is not None, f"nothing came, expected {item.label}"
        assert (item.label, item.priority) == (message.args[0], message.options["priority"])
        worker.messages[item.label] = message
        return item

    def _start(self, worker: Worker, item: Item) -> None:
        try:
            worker.broker.emit_before("process_message", worker.messages[item.label])
        except SkipMessage:
            assert item.is_lost, f"{item.label} was skipped, and nobody had taken it away"
        self.queue.start(item)

    def _process(self, worker: Worker, item: Item, *, succeeds: bool) -> None:
        if not item.is_started:
            self._start(worker, item)
        message = worker.messages[item.label]
        if succeeds:
            worker.broker.emit_after("process_message", message, result=None)
        else:
            error = RuntimeError("no")
            message.stuff_exception(error)
            worker.broker.emit_after("process_message", message, exception=error)
        item.outcome = "done" if succeeds else "failed"

    def _settle(self, worker: Worker, item: Item) -> None:
        message = worker.messages.pop(item.label)
        if message.failed:
            worker.consumer.nack(message)
        else:
            worker.consumer.ack(message)
            # The model has no time: one that is written after its message came back to the same process ends that too.
            assert worker.broker.session.acknowledgements.flush()
        self.queue.settle(worker.holder, item)

    def _give_back(self, worker: Worker, item: Item) -> None:
        worker.consumer.requeue([worker.messages.pop(item.label)])
        self.queue.give_back(worker.holder, [item])

    # Going

    @precondition(lambda self: self._idle_workers())
    @rule(data=st.data())
    def look_in_vain(self, data: st.DataObject) -> None:
        """A worker that found nothing goes: its read would wait on, and take what comes before the machine knows."""
        worker = data.draw(st.sampled_from(self._idle_workers()), label="worker")
        assert worker.read(tries=1) is None
        if not worker.holder.held:
            self._close(worker)

    def _idle_workers(self) -> list[Worker]:
        """Workers that get nothing now: they hold nothing, or all they may."""
        return [
            worker
            for worker in self.workers
            if not self.queue.would_get(worker.holder) and len(worker.holder.held) in (0, worker.holder.prefetch)
        ]

    @precondition(lambda self: any(_is_free(worker) for worker in self.workers))
    @rule(data=st.data())
    def a_worker_goes(self, data: st.DataObject) -> None:
        self._close(data.draw(st.sampled_from([each for each in self.workers if _is_free(each)]), label="worker"))

    def _close(self, worker: Worker) -> None:
        if worker.messages:
            worker.consumer.requeue(list(worker.messages.values()))
        worker.close()
        self.workers.remove(worker)
        self.queue.close(worker.holder)

    @precondition(lambda self: self.workers)
    @rule(data=st.data(), is_busy=st.booleans())
    def a_worker_crashes(self, data: st.DataObject, is_busy: bool) -> None:  # noqa: FBT001
        """A busy one takes all it may, starts some of it, and is gone."""
        worker = data.draw(st.sampled_from(self.workers), label="worker")
        while is_busy and self.queue.would_get(worker.holder):
            item = self._take(worker)
            if data.draw(st.booleans(), label="starts"):
                self._start(worker, item)
        self._crash(worker)

    @precondition(lambda self: any(worker.holder.held for worker in self.workers))
    @rule(data=st.data())
    def a_worker_is_taken_for_dead(self, data: st.DataObject) -> None:
        """As after a freeze longer than a lease: it goes on, and what it finishes is finished elsewhere."""
        holding = [worker for worker in self.workers if worker.holder.held]
        worker = data.draw(st.sampled_from(holding), label="worker")
        eventually(lambda: self._is_forgotten(worker.name), within=PATIENCE_SECONDS)
        self.queue.take_away(worker.holder)

    def _is_forgotten(self, name: str) -> bool:
        """Let it be silent for so long, as often as it is heard again, until it holds nothing and nobody knows it."""
        holds = any(self.raw.xpending_range(lane, self.keys.group, "-", "+", 1, name) for lane in self._lanes())
        self.raw.zadd(self.keys.live, {self.keys.member(name): 1}, xx=not holds)
        return not holds and not self._has_lease(name)

    def _lanes(self) -> list[str]:
        """Those that have a group: after a wipe they have none until somebody reads."""
        return [lane for lane in self.keys.lanes if self.raw.exists(lane) and self.raw.xinfo_groups(lane)]

    def _crash(self, worker: Worker) -> None:
        worker.crash()
        self.raw.zadd(self.keys.live, {self.keys.member(worker.name): 1})
        eventually(lambda: not self._is_known(worker.name), within=PATIENCE_SECONDS)
        self.workers.remove(worker)
        self.queue.crash(worker.holder)

    def _is_known(self, name: str) -> bool:
        consumers = [each["name"] for lane in self._lanes() for each in self.raw.xinfo_consumers(lane, self.keys.group)]
        return self._has_lease(name) or name.encode() in consumers

    def _has_lease(self, name: str) -> bool:
        return self.raw.zscore(self.keys.live, self.keys.member(name)) is not None

    @rule()
    def a_pause(self) -> None:
        """Nobody takes anything more, until it is over."""
        if self.queue.is_paused:
            self.watcher.broker.resume_queue(QUEUE)
        else:
            self.watcher.broker.pause_queue(QUEUE)
        self.queue.is_paused = not self.queue.is_paused

    # Dead letters

    @precondition(lambda self: self.queue.dead)
    @rule(data=st.data())
    def replay(self, data: st.DataObject) -> None:
        letter = data.draw(st.sampled_from(self.queue.dead), label="letter")
        self.watcher.broker.replay_dead_letter(QUEUE, self._letter_id(letter))
        self.queue.replay(letter)

    @precondition(lambda self: self.queue.dead)
    @rule(data=st.data())
    def discard(self, data: st.DataObject) -> None:
        letter = data.draw(st.sampled_from(self.queue.dead), label="letter")
        self.watcher.broker.discard_dead_letter(QUEUE, self._letter_id(letter))
        self.queue.discard(letter)

    def _letter_id(self, letter: Letter) -> str:
        index = self.queue.letters().index(letter)
        return self.watcher.broker.dead_letters(QUEUE)[index].id

    # Losing

    @precondition(lambda self: self.losses < MOST_LOSSES and self.queue.delayed and self.queue.ready)
    @rule()
    def a_flush(self) -> None:
        self.watcher.broker.flush(QUEUE)
        self.queue.flush()
        self.losses += 1

    @precondition(lambda self: self.losses < MOST_LOSSES and sum(self.queue.counts.values()) > 5)
    @rule()
    def a_wipe_of_the_server(self) -> None:
        self.raw.flushdb()
        self.queue.wipe()
        self.losses += 1
        eventually(lambda: self._has_lease(self.watcher.name), within=PATIENCE_SECONDS)

    # What must always be true

    @invariant()
    def counts_agree(self) -> None:
        """Nothing is lost, nothing is doubled, and nothing is anywhere else than it should be."""
        expected = self.queue.counts
        with contextlib.suppress(AssertionError):
            eventually(lambda: self._counts() == expected, within=3)
        assert expected == self._counts()
        broker = self.watcher.broker
        assert expected["ready"] + expected["in_flight"] + expected["delayed"] == broker.unfinished(QUEUE)

    def _counts(self) -> dict[str, int]:
        stats = self.watcher.broker.queue_stats(QUEUE)
        return {name: getattr(stats, name) for name in ("ready", "in_flight", "delayed", "dead")}

    @invariant()
    def dead_letters_agree(self) -> None:
        found = [
            Letter(each.message.args[0], each.priority, each.reason, each.starts, each.attempts, None)
            for each in self.watcher.broker.dead_letters(QUEUE)
        ]
        assert self.queue.letters() == found

    def teardown(self) -> None:
        """In the end a worker comes and does everything that is left, and nothing is."""
        if not hasattr(self, "watcher"):
            return
        try:
            if sys.exc_info()[0] is None:
                self._do_the_rest()
        finally:
            for worker in (*self.workers, self.watcher):
                worker.crash()
            self.raw.close()

    def _do_the_rest(self) -> None:
        for worker in list(self.workers):
            self._crash(worker)
        last = self._new_worker(self.queue.open(prefetch=1), **USUAL)
        self.workers.append(last)
        if self.queue.is_paused:
            self.a_pause()
        while self.queue.ready:
            item = self._take(last)
            self._process(last, item, succeeds=True)
            self._settle(last, item)
        self.counts_agree()
        self.dead_letters_agree()


def _is_free(worker: Worker) -> bool:
    """Whether a worker has begun with nothing, as one that stops has when its threads have ended."""
    return not any(item.is_started for item in worker.holder.held)


def _label_in(body: bytes) -> str:
    return re.search(rb'\["act",\["([^"]+)"\]', body).group(1).decode()


@pytest.fixture
def profile() -> settings:
    fixed = settings(
        max_examples=30,
        stateful_step_count=30,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],  # a shorter history is worth minutes only to who looks for it
        suppress_health_check=list(HealthCheck),
    )
    if os.environ.get("DMA_CONSISTENCY") == "all":
        return settings(fixed, max_examples=1000, stateful_step_count=60, derandomize=False, phases=list(Phase))
    return fixed


@pytest.mark.timeout(3600 if os.environ.get("DMA_CONSISTENCY") == "all" else 300)
def test_bus_is_a_queue(shared_server: Server, profile: settings) -> None:
    class Machine(BusMachine):
        server = shared_server

    run_state_machine_as_test(Machine, settings=profile)
