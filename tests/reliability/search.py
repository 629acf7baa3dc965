"""Search every state that the model can reach, in every order of moves."""

from collections.abc import Sequence

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
    found = _Found(start)
    reached_from: list[list[int]] = [[]]  # undisturbed, by number
    for number, state in enumerate(found.states):  # which grows while it is gone through
        if fault := fault_of(state):
            raise Broken(fault, found.trace(number))
        moves = [(name, following, True) for name, following in protocol.progress(state)]
        moves += [(name, following, False) for name, following in protocol.faults(state)]
        for name, following, is_undisturbed in moves:
            if fault := fault_between(state, following):
                raise Broken(fault, [*found.trace(number), name])
            met = found.number_of(following, number, name)
            if met == len(reached_from):
                reached_from.append([])
            if is_undisturbed:
                reached_from[met].append(number)
    stuck = _without_an_end(found.states, reached_from)
    if stuck is not None:
        raise Broken("nothing ever ends it", found.trace(stuck))
    return len(found.states)


class _Found:
    """States by number, in the order they were found; each is hashed once for each way that leads to it."""

    def __init__(self, start: State) -> None:
        self.states = [start]
        self._numbers = {start: 0}
        self._came_from: list[tuple[int, str] | None] = [None]

    def number_of(self, state: State, before: int, name: str) -> int:
        """The number of a state, which is new when it is the last one."""
        number = self._numbers.setdefault(state, len(self.states))
        if number == len(self.states):
            self.states.append(state)
            self._came_from.append((before, name))
        return number

    def trace(self, number: int) -> list[str]:
        """The moves that lead to a state."""
        names: list[str] = []
        while (step := self._came_from[number]) is not None:
            number, name = step
            names.append(name)
        return names[::-1]


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
    if before.steps is after.steps and before.status == after.status:
        return None
    if before.status in TERMINAL:
        if after.status != before.status:
            return "an end was changed"
        if [step.effects for step in after.steps] != [step.effects for step in before.steps]:
            return "an effect was written after the end"
    if any(new.epoch < old.epoch for old, new in zip(before.steps, after.steps, strict=True)):
        return "an epoch went back"
    return None


def _without_an_end(states: Sequence[State], reached_from: Sequence[Sequence[int]]) -> int | None:
    """A state from which no order of undisturbed moves leads to an end, if there is one."""
    is_good = [state.status in TERMINAL for state in states]
    to_do = [number for number, good in enumerate(is_good) if good]
    while to_do:
        for before in reached_from[to_do.pop()]:
            if not is_good[before]:
                is_good[before] = True
                to_do.append(before)
    return next((number for number, good in enumerate(is_good) if not good), None)
