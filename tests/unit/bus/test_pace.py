import pytest

from bus import pace
from bus.entry import Entry
from bus.keys import KeyLayout
from bus.pace import SURE_AFTER, Pace

KEYS = KeyLayout("t", {"q": "q"}).of("q")
PREFETCH = 4


class Clock:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    monkeypatch.setattr(pace, "time", made)
    return made


def batch(number, size=PREFETCH):
    return [Entry(KEYS, 2, f"{number}-{place}", {}, 1, counted=True) for place in range(size)]


def read(pace, clock, number, *, after=0.005, size=PREFETCH, held=None):
    """The `number`-th read; held is what is left of the one before."""
    clock.now += after
    pace.note([batch(number - 1)[-1].handle] if held is None else held, batch(number, size), PREFETCH)
    return pace.times


def read_quickly(pace, clock, times=SURE_AFTER + 1):
    return [read(pace, clock, number) for number in range(times)]


def test_process_may_hold_more_after_a_run_of_quick_reads(clock):
    assert [1] * SURE_AFTER + [3] == read_quickly(Pace(3), clock)


@pytest.mark.parametrize(
    "slower",
    [{"after": 0.021}, {"size": PREFETCH // 2 - 1}, {"held": [batch(SURE_AFTER - 1)[0].handle]}],
    ids=["a pause", "a few messages", "one left from an earlier batch"],
)
def test_process_is_back_at_its_prefetch_after_one_read_that_was_not_quick(clock, slower):
    process = Pace(4)
    read_quickly(process, clock)

    assert 1 == read(process, clock, SURE_AFTER + 1, **slower)
    again = [read(process, clock, SURE_AFTER + 2 + more, held=[]) for more in range(SURE_AFTER)]
    assert [1] * (SURE_AFTER - 1) + [4] == again


def test_process_that_has_nothing_left_is_quick_too(clock):
    process = Pace(4)

    assert 4 == [read(process, clock, number, held=[]) for number in range(SURE_AFTER + 1)][-1]


def test_prefetch_of_one_is_never_exceeded(clock):
    process = Pace(4)
    for number in range(2 * SURE_AFTER):
        clock.now += 0.001
        process.note([], batch(number, 1), 1)

    assert 1 == process.times
