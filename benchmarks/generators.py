"""Generated content: how many of each kind, how many that break a rule or repeat differently, how long each takes."""

import json
import time
from collections.abc import Callable, Iterator
from statistics import quantiles
from typing import Any

from contracts.generators import EXAMPLES
from tests.support.generated import any_party, check_foes, check_person
from workers.world_designer.content.registry import GENERATORS, generate

CHECKED = 10_000
"""People and encounters, each checked against the rules."""
OTHERS = 1_000
REPEATED = 20
"""Every so manyth is made twice and must be the same, byte for byte."""


def measure() -> Iterator[tuple[str, ...]]:
    """For each kind: the number made, those that break a rule, those that differ when repeated, milliseconds."""
    yield ("generator", "number", "break a rule", "differ", "p50 ms", "p99 ms")
    for kind in GENERATORS:
        yield _measured(kind)


def _measured(kind: str) -> tuple[str, ...]:
    check = _CHECKS.get(kind)
    number = CHECKED if check else OTHERS
    broken, different, seconds = 0, 0, []
    for seed in range(number):
        brief = any_party(seed) if kind == "encounter" else {} if seed % 2 else EXAMPLES[kind]
        started = time.perf_counter()
        made = generate(kind, brief, seed)
        seconds.append(time.perf_counter() - started)
        broken += check is not None and not _holds(check, made.record.model_dump(mode="json"), brief)
        if seed % REPEATED == 0:
            first, again = (json.dumps(one.as_result("long")) for one in (made, generate(kind, brief, seed)))
            different += first != again
    cuts = quantiles(seconds, n=100)
    times = (f"{cuts[49] * 1000:.2f}", f"{cuts[98] * 1000:.2f}")
    return (kind, str(number), str(broken) if check else "-", str(different), *times)


def _holds(check: Callable[[dict[str, Any]], None], data: dict[str, Any], brief: dict[str, Any]) -> bool:
    try:
        check(data)
    except AssertionError as error:
        print(f"seed {data['seed']}, brief {brief}: {error}")
        return False
    return True


def _check_npc(data: dict[str, Any]) -> None:
    check_person(data["npc"])


_CHECKS: dict[str, Callable[[dict[str, Any]], None]] = {"npc": _check_npc, "encounter": check_foes}
