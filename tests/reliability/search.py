"""Search every state that the model can reach, in every order of moves."""

from collections import deque
from collections.abc import Iterable

from tests.reliability.model import TERMINAL, Protocol, State


class Broken(AssertionError):
    """A state that must not be, with the moves that lead to it."""

    def __init__(self, fault: str, trace: list[str]) -> None:
        super().__init__(f"{fault} after: {', '.join(trace)}")
        self.fault, self.trace = fault, trace


def explore(protocol: Protocol, start: State) -> int:
    """Visit everything that can be reached; returns how many states that are.

    Raises:
        Broken: Something was done twice, out of order, after the end, or cannot come to an end any more.
    """
    came_from: dict[State, tuple[State, str] | None] = {start: None}
    leads_to: dict[State, list[State]] = {}
    queue = deque([start])
    while queue:
        state = queue.popleft()
        if fault := fault_of(state):
            raise Broken(fault, _trace(came_from, state))
        leads_to[state] = [following for _, following in protocol.progress(state)]
        for name, following in protocol.moves(state):
            if fault := fault_between(state, following):
                raise Broken(fault, [*_trace(came_from, state), name])
            if following not in came_from:
                came_from[following] = (state, name)
                queue.append(following)
    stuck = _without_an_end(leads_to)
    if stuck is not None:
        raise Broken("nothing ever ends it", _trace(came_from, stuck))
    return len(came_from)


def fault_of(state: State) -> str | None:
    """What is wrong with a state by itself."""
    first, second = state.steps
    if any(step.effects > 1 for step in state.steps):
        return "an effect was written twice"
    if any((step.state == "done") != (step.effects == 1) for step in state.steps):
        return "a step's state and its effect do not agree"
    if second.epoch and first.state != "done":
        return "a step began before the one before it was done"
    if state.status == "completed" and not all(step.effects for step in state.steps):
        return "a request completed without all its effects"
    holders = [(worker.kind, worker.epoch) for worker in state.workers if worker.phase == "holds"]
    if len(holders) != len(set(holders)):
        return "two workers hold the same claim"
    return None


def fault_between(before: State, after: State) -> str | None:
    """What is wrong with a move."""
    if before.status in TERMINAL:
        if after.status != before.status:
            return "an end was changed"
        if [step.effects for step in after.steps] != [step.effects for step in before.steps]:
            return "an effect was written after the end"
    if any(new.epoch < old.epoch for old, new in zip(before.steps, after.steps, strict=True)):
        return "an epoch went back"
    return None


def _without_an_end(leads_to: dict[State, list[State]]) -> State | None:
    """A state from which no order of undisturbed moves leads to an end, if there is one."""
    reached_from: dict[State, list[State]] = {}
    for state, following in leads_to.items():
        for each in following:
            reached_from.setdefault(each, []).append(state)
    good = {state for state in leads_to if state.status in TERMINAL}
    queue: deque[State] = deque(good)
    while queue:
        for state in reached_from.get(queue.popleft(), ()):
            if state not in good:
                good.add(state)
                queue.append(state)
    return _first(state for state in leads_to if state not in good)


def _first(states: Iterable[State]) -> State | None:
    return next(iter(states), None)


def _trace(came_from: dict[State, tuple[State, str] | None], state: State) -> list[str]:
    names: list[str] = []
    while (step := came_from[state]) is not None:
        state, name = step
        names.append(name)
    return names[::-1]
