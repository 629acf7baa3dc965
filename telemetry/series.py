"""Series as text: what this process has counted, and what all have counted as families that can be shown.

A series is written as the name of its sample and the values of its labels, in the order in which the metric declares
them (a bucket's bound last), with a separator between that no label holds.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics_core import Metric

from telemetry import metrics

SEPARATOR: Final = "\x1f"

Values = dict[str, float]
"""By series."""

COUNTED: Final = tuple(each for each in vars(metrics).values() if isinstance(each, Counter | Histogram))
"""Every counter and histogram of telemetry/metrics.py."""


def counted() -> Values:
    """What this process has counted since it started."""
    return _values(COUNTED)


def gauges() -> Values:
    """What the gauges of this process stand at."""
    return _values(metrics.OF_EACH_PROCESS)


def together(living: Iterable[Mapping[str, float]]) -> Values:
    """The gauges of several processes as one: added up, or the highest, as `OF_EACH_PROCESS` has it."""
    said: dict[str, list[float]] = defaultdict(list)
    for process in living:
        for series, value in process.items():
            said[series].append(value)
    ways = {_name(gauge): max if way == "max" else sum for gauge, way in metrics.OF_EACH_PROCESS.items()}
    return {series: way(values) for series, values in said.items() if (way := ways.get(series.partition(SEPARATOR)[0]))}


def families(values: Mapping[str, float]) -> Iterator[Metric]:
    """The counted metrics and the gauges of each process with these values; series of unknown metrics are left out."""
    by_name: dict[str, list[tuple[list[str], float]]] = defaultdict(list)
    for series in sorted(values):
        name, *labels = series.split(SEPARATOR)
        by_name[name].append((labels, values[series]))
    for metric in (*COUNTED, *metrics.OF_EACH_PROCESS):
        yield _family(metric, by_name)


def layout() -> str:
    """Another text for every other set of metrics, labels and buckets: counts of different ones cannot be added."""
    described = [(_name(each), each._type, _label_names(each), _bounds(each)) for each in COUNTED]  # noqa: SLF001
    return hashlib.sha256(repr(sorted(described)).encode()).hexdigest()[:12]


def _values(metrics_: Iterable[Counter | Histogram | Gauge]) -> Values:
    return {
        SEPARATOR.join((sample.name, *sample.labels.values())): sample.value
        for metric in metrics_
        for family in metric.collect()
        for sample in family.samples
    }


def _family(metric: Counter | Histogram | Gauge, by_name: Mapping[str, list[tuple[list[str], float]]]) -> Metric:
    (family,) = metric.describe()
    names = _label_names(metric)
    for suffix, labels in _samples_of(metric, names):
        found = [row for row in by_name.get(family.name + suffix, ()) if len(row[0]) == len(labels)]
        if suffix == "_bucket":
            found.sort(key=lambda row: (row[0][:-1], float(row[0][-1])))
        for values, value in found:
            family.add_sample(family.name + suffix, dict(zip(labels, values, strict=True)), value)
    return family


def _samples_of(metric: Counter | Histogram | Gauge, names: list[str]) -> list[tuple[str, list[str]]]:
    if isinstance(metric, Histogram):
        return [("_bucket", [*names, "le"]), ("_count", names), ("_sum", names)]
    return [("_total" if isinstance(metric, Counter) else "", names)]


def _name(metric: Counter | Histogram | Gauge) -> str:
    (family,) = metric.describe()
    return family.name


# prometheus_client tells these nowhere else.


def _label_names(metric: Counter | Histogram | Gauge) -> list[str]:
    return list(metric._labelnames)  # noqa: SLF001


def _bounds(metric: Counter | Histogram | Gauge) -> list[float]:
    return list(getattr(metric, "_upper_bounds", None) or metric._kwargs.get("buckets") or ())  # noqa: SLF001
