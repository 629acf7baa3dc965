"""Run the benchmarks named on the command line, or all, and print one table each.

`bus` and `soak` come first and have options of their own: `python -m benchmarks bus --help`. `--quick` measures what
can be measured with less, in a fraction of the time.
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from benchmarks import (
    content_latency,
    dungeons,
    fast_lane,
    generators,
    idle,
    intent_figures,
    middleware,
    promise,
    prompts,
    questions,
    search_quality,
    search_speed,
    start,
    telemetry,
    wall,
)
from benchmarks.bus import command as bus
from benchmarks.soak import command as soak
from benchmarks.tables import Row, print_table

BENCHMARKS: dict[str, Callable[[], Iterable[Row]]] = {
    "bus": bus.measure,
    "content_latency": content_latency.measure,
    "dungeons": dungeons.measure,
    "fast_lane": fast_lane.measure,
    "generators": generators.measure,
    "idle": idle.measure,
    "intents": intent_figures.measure,
    "middleware": middleware.measure,
    "promise": promise.measure,
    "prompts": prompts.measure,
    "questions": questions.measure,
    "search_quality": search_quality.measure,
    "search_speed": search_speed.measure,
    "start": start.measure,
    "telemetry": telemetry.measure,
    "wall": wall.measure,
}
QUICK: dict[str, Callable[[], Iterable[Row]]] = {"promise": partial(promise.measure, quick=True)}
COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "bus": bus.main,
    "soak": soak.main,
}


def main(names: list[str]) -> int:
    """Print the tables; 2 for an unknown name."""
    if names and names[0] in COMMANDS:
        return COMMANDS[names[0]](names[1:])
    measures = BENCHMARKS | (QUICK if "--quick" in names else {})
    names = [name for name in names if name != "--quick"]
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        there_are = ", ".join(sorted({*BENCHMARKS, *COMMANDS}))
        print(f"unknown: {', '.join(unknown)}; there are {there_are}", file=sys.stderr)
        return 2
    for name in names or BENCHMARKS:
        print(f"\n## {name}")
        print_table(list(measures[name]()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
