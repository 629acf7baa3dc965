"""Run the benchmarks named on the command line, or all, and print one table each."""

import sys
from collections.abc import Callable, Iterable

from benchmarks import bus, idle, prompts, start

Row = tuple[str, ...]
BENCHMARKS: dict[str, Callable[[], Iterable[Row]]] = {
    "bus": bus.measure,
    "idle": idle.measure,
    "prompts": prompts.measure,
    "start": start.measure,
}


def main(names: list[str]) -> int:
    """Print the tables; 2 for an unknown name."""
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        print(f"unknown: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"\n## {name}")
        print_table(list(BENCHMARKS[name]()))
    return 0


def print_table(rows: list[Row]) -> None:
    """Print rows in columns; the first row is the head."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
