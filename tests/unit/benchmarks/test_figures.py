"""Ratios, percentiles and verdicts of the bus benchmarks."""

import json

import pytest

from benchmarks.bus.figures import (
    HEAD,
    Figure,
    at_most,
    median_of,
    percentile,
    percentile_of,
    ratio_at_least,
    ratio_at_most,
)


def throughput(ours, stock, bound=None):
    return Figure("drain", "messages/s", median_of("ours", ours), median_of("stock", stock), bound)


def latency(ours, bare, bound):
    return Figure("dispatch", "ms", percentile_of("ours", ours, 99), percentile_of("bare loop", bare, 99), bound)


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (1, 1), (0, 1)])
def test_percentile_is_a_value_that_was_measured(percent, expected):
    assert expected == percentile(range(100, 0, -1), percent)


def test_percentile_of_few_values_is_the_worst():
    assert 7.0 == percentile([3.0, 7.0, 5.0], 99)


def test_percentile_is_taken_from_all_rounds_together():
    sample = percentile_of("ours", [[1.0, 2.0, 3.0], [10.0, 20.0, 30.0]], 50)

    assert (3.0, (2.0, 20.0)) == (sample.value, sample.rounds)


def test_ratio_of_throughputs_is_the_median_of_the_ratios_within_rounds():
    """The second round was slow for both; the ratio of the medians would be 2.0."""
    figure = throughput([3000, 500, 2000], [1000, 200, 1000])

    assert (3.0, 2.5, 2.0) == figure.ratios
    assert 2.5 == figure.ratio


@pytest.mark.parametrize(("ours", "stock", "expected"), [(0, 0, 1.0), (0, 5, 0.0)])
def test_nothing_at_all_can_be_compared(ours, stock, expected):
    assert expected == throughput([ours], [stock]).ratio


@pytest.mark.parametrize(
    ("ours", "expected"),
    [(2990, "misses"), (3000, "meets"), (4499, "meets"), (4500, "meets, stretch too")],
)
def test_bound_of_a_throughput_is_a_ratio(ours, expected):
    assert expected == throughput([ours], [1000], ratio_at_least(3.0, stretch=4.5)).verdict


@pytest.mark.parametrize(("ours", "expected"), [(450, "meets"), (451, "misses")])
def test_bound_of_a_cost_is_an_upper_one(ours, expected):
    assert expected == throughput([ours], [1000], ratio_at_most(0.45)).verdict


def test_figure_without_a_bound_has_no_verdict():
    assert ("", "") == throughput([1], [1]).row()[-2:]


@pytest.mark.parametrize(
    ("ours", "bare", "expected"),
    [
        ([[5.0]] * 3, [[0.1]] * 3, "meets"),
        ([[5.1]] * 3, [[2.6]] * 3, "meets beside the bare loop"),
        ([[5.1]] * 3, [[2.5]] * 3, "misses"),
    ],
    ids=["keeps the limit", "no worse than the machine", "worse than the machine"],
)
def test_latency_over_its_limit_is_judged_by_the_bare_loop(ours, bare, expected):
    assert expected == latency(ours, bare, at_most(5.0, or_times_beside=2.0)).verdict


def test_one_bad_moment_of_the_bare_loop_excuses_nothing():
    assert "misses" == latency([[9.0]] * 3, [[1.0], [1.0], [90.0]], at_most(5.0, or_times_beside=2.0)).verdict


def test_one_bad_moment_of_ours_is_not_hidden_by_good_rounds():
    assert "misses" == latency([[1.0], [1.0], [50.0]], [[1.0]] * 3, at_most(5.0, or_times_beside=2.0)).verdict


def test_row_has_the_cells_of_the_head():
    row = throughput([2400, 2600, 2500], [1000, 1000, 1000], ratio_at_least(3.0, stretch=4.5)).row()

    assert len(HEAD) == len(row)
    assert (
        "drain, messages/s",
        "2500 (2400 to 2600)",
        "stock 1000",
        "2.50 (2.40 to 2.60)",
        ">= 3x, stretch 4.5x",
        "misses",
    ) == row


def test_bound_with_a_way_out_is_printed_with_it():
    assert "<= 1.5, or 2x" == latency([[1.0]], [[1.0]], at_most(1.5, or_times_beside=2.0)).bound_in_words()


def test_json_keeps_every_round():
    told = json.loads(json.dumps(throughput([2000, 3000], [1000, 1000], ratio_at_least(2.0)).as_json()))

    assert ([2000, 3000], [1000, 1000], [2.0, 3.0]) == (
        told["ours"]["rounds"],
        told["beside"]["rounds"],
        told["ratios"],
    )
    assert (2.5, "meets") == (told["ratio"], told["verdict"])
