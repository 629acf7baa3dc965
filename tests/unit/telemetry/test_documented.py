"""The list of metrics that operators read is the list that is served."""

import re
from pathlib import Path

from prometheus_client import Counter, Gauge, Histogram

from telemetry import metrics

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"


def served() -> dict[str, set[str]]:
    """Names with their labels."""
    found = [one for one in vars(metrics).values() if isinstance(one, Counter | Gauge | Histogram)]
    return {one._name + ("_total" if isinstance(one, Counter) else ""): set(one._labelnames) for one in found}


def documented() -> dict[str, set[str]]:
    """As the table has them: names in one row share their beginning, or differ in labels after a semicolon."""
    found = {}
    for row in re.findall(r"^\| (`dma_.*?) \|(.*?)\|", OPERATIONS.read_text(), re.MULTILINE):
        names = re.findall(r"`(\w+)`", row[0])
        stem = names[0].rpartition("_")[0]
        labels = [set(re.findall(r"\w+", part)) for part in row[1].split(";")]
        for number, name in enumerate(names):
            found[name if name.startswith("dma_") else stem + name] = labels[min(number, len(labels) - 1)]
    return found


def test_every_metric_stands_in_the_list_with_its_labels() -> None:
    assert served() == documented()
