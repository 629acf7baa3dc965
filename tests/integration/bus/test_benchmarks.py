"""The two quickest measures of the bus benchmarks, as small as they get: that they run, not what comes out."""

import pytest

from benchmarks.bus.contenders import OURS, STOCK, STUB
from benchmarks.bus.measures import BATCHES, MEASURES, Sizes

# Of fewer messages the server's buffers for its clients, 16 kB that come and go, would be more than what they weigh.
SMALLEST = Sizes(messages=1000, rounds=1, dispatches=3, idle_seconds=0.1, window_seconds=0.5, settle_seconds=0.1)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("enqueue", [STOCK, STUB, STOCK, STOCK]),
        ("memory", [STOCK, STOCK]),
    ],
)
def test_measure_has_its_figures(name, beside):
    figures = MEASURES[name](SMALLEST)

    assert beside == [figure.beside.contender for figure in figures]
    assert {figure.ours.contender for figure in figures} <= {OURS, BATCHES}
    for figure in figures:
        may_be_nothing = figure.unit == "commands/s" or "server CPU" in figure.name  # of so little work
        assert may_be_nothing or min(figure.ours.value, figure.beside.value) > 0, figure
