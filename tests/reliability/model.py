"""The protocol of claims, fences and publication as a model small enough to be searched whole.

One request of two steps, two workers, and everything that can go wrong between any two moves: a worker dies, its lease
ends although it lives (it was only slow), its message is given to somebody else, Redis forgets everything, the caller
cancels, the deadline passes. Who may run is decided by the very function that the store uses (`store.steps._refusal`);
the rest says in one line each what the store and the bus do in one transaction or one script.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

from store.steps import MAX_CRASHES, Refusal, _refusal

READY = -1
FINISH, FAIL = 3, 4
"""Kinds of entries beside the steps' numbers: the messages that end the request."""
TERMINAL = frozenset({"completed", "failed", "cancelled"})


class Step(NamedTuple):
    """A row of `steps`."""

    state: str = "waiting"
    epoch: int = 0
    lease_ended: bool = False
    crashes: int = 0
    effects: int = 0


class Worker(NamedTuple):
    """A worker between two moves: idle, got (a delivery), holds (a claim), done (committed), skip."""

    phase: str = "idle"
    kind: int = 0
    epoch: int = 0


class State(NamedTuple):
    """Everything: Postgres (status, steps), Redis (entries of kind and owner), workers, and faults to come."""

    status: str = "processing"
    steps: tuple[Step, ...] = (Step(), Step())
    bus: tuple[tuple[int, int], ...] = ((1, READY),)
    workers: tuple[Worker, ...] = (Worker(), Worker())
    faults: tuple[int, ...] = (0, 0, 0, 0)


CRASH, WIPE, STEAL, END = range(4)
"""Places in `State.faults`: deaths, wipes, stolen deliveries, and cancels or deadlines."""


def mirrored(state: State) -> State:
    """The workers are alike: of a state and the same with the two exchanged, the search needs only one."""
    first, second = state.workers
    if first < second:
        return state
    exchanged = tuple(sorted([(kind, owner if owner == READY else 1 - owner) for kind, owner in state.bus]))
    if first == second and state.bus <= exchanged:
        return state
    return state._replace(bus=exchanged, workers=(second, first))


Move = tuple[str, State]


@dataclass(frozen=True)
class Protocol:
    """The rules. Each may be switched off, to see that the search finds what it guards against.

    Attributes:
        is_fenced: A commit needs the newest claim of its step.
        checks_request: A commit needs a request that has not ended.
        acks_late: A delivery is acknowledged, and the next message written, after the commit; else before.
        sweeps: The sweeper publishes again what stands still, and ends what is done.
    """

    is_fenced: bool = True
    checks_request: bool = True
    acks_late: bool = True
    sweeps: bool = True

    def faults(self, state: State) -> Iterator[Move]:
        """What can go wrong next."""
        for name, following in _faults(state):
            yield name, mirrored(following)

    def progress(self, state: State) -> Iterator[Move]:
        """What happens by itself, sooner or later, when nothing goes wrong any more."""
        for name, following in self._undisturbed(state):
            yield name, mirrored(following)

    def _undisturbed(self, state: State) -> Iterator[Move]:
        for number, worker in enumerate(state.workers):
            yield from self._work(state, number, worker)
        yield from _orchestrate(state)
        yield from _leases_end(state)
        if self.sweeps:
            yield from _sweep(state)

    def _work(self, state: State, number: int, worker: Worker) -> Iterator[Move]:
        match worker.phase:
            case "idle":
                for kind in {kind for kind, owner in state.bus if owner == READY and kind in (1, 2)}:
                    yield "deliver", self._deliver(state, number, kind)
            case "got":
                yield "claim", _claim(state, number, worker)
            case "holds":
                yield "commit", self._commit(state, number, worker)
            case "done":
                yield "hand over", _settle(state, number, worker, hands_over=True)
            case "skip":
                yield "acknowledge", _settle(state, number, worker, hands_over=False)

    def _deliver(self, state: State, number: int, kind: int) -> State:
        taken = state._replace(bus=_moved(state.bus, (kind, READY), (kind, number)))
        if self.acks_late:
            return _with_worker(taken, number, Worker("got", kind))
        settled = _settle(taken, number, Worker("got", kind), hands_over=True)
        return _with_worker(settled, number, Worker("got", kind))

    def _commit(self, state: State, number: int, worker: Worker) -> State:
        step = state.steps[worker.kind - 1]
        is_mine = step.state == "running" and step.epoch == worker.epoch
        is_open = state.status == "processing"
        if (self.is_fenced and not is_mine) or (self.checks_request and not is_open):
            return _with_worker(state, number, worker._replace(phase="skip"))
        done = step._replace(state="done", effects=step.effects + 1)
        return _with_worker(_with_step(state, worker.kind, done), number, worker._replace(phase="done"))


def _claim(state: State, number: int, worker: Worker) -> State:
    step = state.steps[worker.kind - 1]
    refusal = _refused(state.status, state.steps, worker.kind)
    if refusal is Refusal.DONE:
        return _with_worker(state, number, worker._replace(phase="done"))
    if refusal is not None:
        told = _published(state, FAIL) if refusal is Refusal.FAILED else state
        return _with_worker(told, number, worker._replace(phase="skip"))
    crashes = step.crashes + (step.state == "running")
    if crashes >= MAX_CRASHES:
        buried = _with_step(state, worker.kind, step._replace(state="failed", crashes=crashes))
        return _with_worker(_published(buried, FAIL), number, worker._replace(phase="skip"))
    taken = Step("running", step.epoch + 1, lease_ended=False, crashes=crashes, effects=step.effects)
    return _with_worker(_with_step(state, worker.kind, taken), number, Worker("holds", worker.kind, taken.epoch))


@cache
def _refused(status: str, steps: tuple[Step, ...], kind: int) -> Refusal | None:
    """What the store says; asked once for each thing that it looks at."""
    request: dict[str, Any] | None = {"overdue": False} if status == "processing" else None
    rows = [{"step_no": index, **step._asdict()} for index, step in enumerate(steps, start=1)]
    return _refusal(request, rows, rows[kind - 1])


def _settle(state: State, number: int, worker: Worker, *, hands_over: bool) -> State:
    """Acknowledge and publish what follows in one call; whoever lost the delivery publishes nothing."""
    freed = _with_worker(state, number, Worker())
    if (worker.kind, number) not in state.bus:
        return freed
    freed = freed._replace(bus=_moved(state.bus, (worker.kind, number), None))
    return _published(freed, worker.kind + 1) if hands_over else freed


def _orchestrate(state: State) -> Iterator[Move]:
    """The messages that end a request are handled in one transaction; a repeat of it changes nothing."""
    if (FINISH, READY) in state.bus:
        yield "finish", _ended_when_done(state._replace(bus=_moved(state.bus, (FINISH, READY), None)))
    if (FAIL, READY) in state.bus:
        yield "fail", _ended(state._replace(bus=_moved(state.bus, (FAIL, READY), None)), "failed")


def _leases_end(state: State) -> Iterator[Move]:
    for kind, step in enumerate(state.steps, start=1):
        if step.state == "running" and not step.lease_ended:
            yield "lease ends", _with_step(state, kind, step._replace(lease_ended=True))


def _sweep(state: State) -> Iterator[Move]:
    if state.status != "processing":
        return
    unfinished = next((kind for kind, step in enumerate(state.steps, start=1) if step.state != "done"), None)
    if unfinished is None:
        yield "sweep done", _ended_when_done(state)
    elif state.steps[unfinished - 1].state == "failed":
        yield "sweep failed", _ended(state, "failed")
    elif not any(kind == unfinished for kind, _ in state.bus):
        yield "sweep lost", _published(state, unfinished)


def _faults(state: State) -> Iterator[Move]:
    crash, wipe, steal, end = state.faults
    for number, worker in enumerate(state.workers):
        if crash and worker.phase != "idle":
            freed = tuple((kind, READY if owner == number else owner) for kind, owner in state.bus)
            dead = _with_worker(state._replace(bus=tuple(sorted(freed))), number, Worker())
            yield "crash", _spent(dead, CRASH)
        for kind in (1, 2) if steal else ():
            if (kind, number) in state.bus:
                yield "steal", _spent(state._replace(bus=_moved(state.bus, (kind, number), (kind, READY))), STEAL)
    if wipe and state.bus:
        yield "wipe", _spent(state._replace(bus=()), WIPE)
    if end and state.status == "processing":
        yield "cancel", _spent(_ended(state, "cancelled"), END)


def _ended_when_done(state: State) -> State:
    is_done = all(step.state == "done" for step in state.steps)
    return state._replace(status="completed") if is_done and state.status == "processing" else state


def _ended(state: State, status: str) -> State:
    if state.status != "processing":
        return state
    steps = tuple(
        step._replace(state="cancelled") if step.state in ("waiting", "running") else step for step in state.steps
    )
    return state._replace(status=status, steps=steps)


def _published(state: State, kind: int) -> State:
    """Two entries of one kind behave like one and one more: more than two would only make the search longer."""
    if sum(found == kind for found, _ in state.bus) >= 2:
        return state
    return state._replace(bus=tuple(sorted((*state.bus, (kind, READY)))))


def _moved(
    bus: tuple[tuple[int, int], ...], old: tuple[int, int], new: tuple[int, int] | None
) -> tuple[tuple[int, int], ...]:
    entries = list(bus)
    entries.remove(old)
    return tuple(sorted([*entries, new] if new else entries))


def _with_step(state: State, kind: int, step: Step) -> State:
    return state._replace(steps=tuple(step if index == kind else old for index, old in enumerate(state.steps, start=1)))


def _with_worker(state: State, number: int, worker: Worker) -> State:
    return state._replace(workers=tuple(worker if index == number else old for index, old in enumerate(state.workers)))


def _spent(state: State, fault: int) -> State:
    left = tuple(count - (index == fault) for index, count in enumerate(state.faults))
    return state._replace(faults=left)
