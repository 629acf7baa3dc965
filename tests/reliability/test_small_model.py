"""Every order of moves of two workers on two steps, with faults between any two of them.

`make test` searches all pairs of faults, `make reliability` (DMA_RELIABILITY=short) all triples too.
"""

import pytest

from tests.reliability.model import CRASH, END, STEAL, WIPE, Protocol, State
from tests.reliability.search import Broken, explore
from tests.reliability.sizes import SIZE, Size

PAIRS = [(CRASH, CRASH, CRASH), (CRASH, WIPE), (CRASH, STEAL), (CRASH, END), (WIPE, STEAL), (WIPE, END), (STEAL, END)]
TRIPLES = [(CRASH, CRASH, WIPE), (CRASH, CRASH, STEAL), (CRASH, CRASH, END), (CRASH, WIPE, END), (CRASH, STEAL, END)]


def with_faults(*faults: int) -> State:
    return State(faults=tuple(faults.count(fault) for fault in range(4)))


def name_of(faults: tuple[int, ...]) -> str:
    return "-".join(("crash", "wipe", "steal", "end")[fault] for fault in faults)


@pytest.mark.parametrize("faults", PAIRS if SIZE is Size.SAMPLE else PAIRS + TRIPLES, ids=name_of)
def test_no_order_of_moves_loses_doubles_or_hangs_a_request(faults: tuple[int, ...]) -> None:
    assert explore(Protocol(), with_faults(*faults)) > 1_000


@pytest.mark.parametrize(
    ("broken", "faults", "fault"),
    [
        (Protocol(is_fenced=False), (CRASH, STEAL), "an effect was written twice"),
        (Protocol(is_fenced=False, checks_request=False), (END,), "an effect was written after the end"),
        (Protocol(acks_late=False, sweeps=False), (CRASH,), "nothing ever ends it"),
        (Protocol(sweeps=False), (WIPE,), "nothing ever ends it"),
    ],
    ids=["fence", "request", "late acknowledgement", "sweeper"],
)
def test_each_rule_is_needed(broken: Protocol, faults: tuple[int, ...], fault: str) -> None:
    with pytest.raises(Broken) as found:
        explore(broken, with_faults(*faults))

    assert fault == found.value.fault
    assert found.value.trace


def test_a_search_says_how_it_came_to_what_is_wrong() -> None:
    with pytest.raises(Broken, match=r"after: deliver.*commit"):
        explore(Protocol(is_fenced=False), with_faults(STEAL))
