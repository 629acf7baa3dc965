"""The command line: `python -m benchmarks soak [--messages N]`."""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.children import ChildFailed
from benchmarks.soak.checks import Check, checks_of
from benchmarks.soak.course import Stalled
from benchmarks.soak.soaking import Soak, temporary_soak
from benchmarks.tables import Row, print_table

HEAD: Row = ("", "what", "found", "wanted")
LOG_BYTES = 4_000


def main(arguments: Sequence[str]) -> int:
    """Run the soak and print what it found; 1 when something does not hold."""
    options = _parser().parse_args(arguments)
    started = time.monotonic()
    with temporary_soak(options.messages) as soak:
        try:
            checks = checks_of(soak.run())
        except (Stalled, ChildFailed) as error:
            checks = [Check("the soak came to its end", str(error), "all messages done", holds=False)]
        print_table([HEAD, *map(_row, checks)])
        print(f"\n{options.messages} messages in {time.monotonic() - started:.0f} s")
        holds = all(check.holds for check in checks)
        if not holds:
            _print_logs(soak)
    return 0 if holds else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks soak",
        description="Mixed work through two worker processes; nothing lost, no growth.",
    )
    parser.add_argument("--messages", type=int, default=1_000_000, metavar="N", help="1000000 when not given")
    return parser


def _row(check: Check) -> Row:
    return ("holds" if check.holds else "FAILS", check.name, check.found, check.wanted)


def _print_logs(soak: Soak) -> None:
    for log in filter(Path.exists, soak.logs):
        text = log.read_bytes()[-LOG_BYTES:].decode(errors="replace").strip()
        print(f"\n{log.name}: {text or 'nothing'}", file=sys.stderr)
