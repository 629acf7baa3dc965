"""The command lines of the benchmarks."""

import json

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks.bus import command
from benchmarks.bus.figures import Figure, at_most, median_of
from benchmarks.bus.measures import QUICK, Sizes


@pytest.fixture
def measured(monkeypatch):
    """The sizes each measure was called with; every measure has one figure, which misses its bound."""
    calls = []

    def measure(name):
        def measure_it(sizes):
            calls.append((name, sizes))
            return [Figure(name, "ms", median_of("ours", [9.0]), median_of("other", [3.0]), at_most(1.0))]

        return measure_it

    for name in command.MEASURES:
        monkeypatch.setitem(command.MEASURES, name, measure(name))
    return calls


def test_one_measure_can_be_run_alone(measured, capsys):
    assert 0 == benchmarks.main(["bus", "drain"])

    assert [("drain", Sizes())] == measured
    head, row = capsys.readouterr().out.splitlines()[:2]
    assert ["measure", "ours", "beside", "it", "ratio", "bound", "verdict"] == head.split()
    assert "misses" == row.split()[-1]


def test_all_measures_are_run_when_none_is_named(measured):
    command.main([])

    assert list(command.MEASURES) == [name for name, _ in measured]


def test_sizes_can_be_smaller(measured):
    command.main(["idle", "--quick", "--rounds", "2", "--messages", "500"])

    [(_, sizes)] = measured
    assert (2, 500, QUICK.window_seconds) == (sizes.rounds, sizes.messages, sizes.window_seconds)


def test_full_run_has_at_least_what_the_bounds_are_meant_for():
    sizes = Sizes()

    assert sizes.messages >= 10_000
    assert sizes.rounds >= 5
    assert sizes.dispatches_a_round * sizes.rounds >= 300
    assert sizes.idle_seconds >= 10
    assert sizes.window_seconds >= 20


@pytest.mark.parametrize("rounds", [1, 2, 7, 11])
def test_fewer_or_more_rounds_take_as_many_single_times_in_all(rounds):
    assert Sizes(rounds=rounds).dispatches_a_round * rounds >= 300


def test_figures_are_written_for_machines(measured, tmp_path):
    command.main(["drain", "--json", str(tmp_path / "figures.json")])

    report = json.loads((tmp_path / "figures.json").read_text())
    assert {"machine", "sizes", "figures"} == report.keys()
    assert ["drain"] == [figure["name"] for figure in report["figures"]]
    assert "misses" == report["figures"][0]["verdict"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [(["nonsense"], "unknown measure"), (["--rounds", "0"], "must be 1 or more"), (["--rounds", "x"], "invalid")],
)
def test_wrong_arguments_are_refused(measured, capsys, arguments, complaint):
    with pytest.raises(SystemExit, match="2"):
        command.main(arguments)

    assert [] == measured
    assert complaint in capsys.readouterr().err


def test_unknown_benchmark_is_refused_with_what_there_is(capsys):
    assert 2 == benchmarks.main(["nonsense"])

    told = capsys.readouterr().err
    assert "unknown: nonsense" in told
    assert all(name in told for name in ("bus", "idle", "soak"))
