"""Every measure of the bus benchmarks, as small as it gets: that it runs, not what comes out."""

import pytest

from benchmarks.bus.contenders import BARE, OURS, STOCK, STUB
from benchmarks.bus.measures import BATCHES, MEASURES, Sizes

SMALLEST = Sizes(messages=60, rounds=1, dispatches=3, idle_seconds=0.1, window_seconds=0.5, settle_seconds=0.1)


@pytest.mark.parametrize(
    ("name", "beside"),
    [
        ("drain", [STOCK, STUB, STOCK, STOCK]),
        ("drain-2x8", [STOCK]),
        ("enqueue", [STOCK, STUB, STOCK, STOCK]),
        ("dispatch", [BARE, STOCK, BARE, STOCK]),
        ("after-idle", [BARE, STOCK]),
        ("pipeline", [BARE, STOCK, BARE, STOCK]),
        ("idle", [STOCK]),
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


def test_every_measure_is_tried_here():
    assert 8 == len(MEASURES)
