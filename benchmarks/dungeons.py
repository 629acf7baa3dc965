"""Dungeons by the thousand: seeds x sizes x styles x parties, each proved, measured against its budget, and repeated.

The seed decides the brief, so `brief_for(seed)` names a case wherever it failed.
"""

import random
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Any, Final

from benchmarks.tables import Row
from benchmarks.told import slips_of
from contracts.dungeons import DungeonBrief
from workers.world_designer.dungeon.generate import as_bytes, generate_dungeon

SEEDS: Final = 10_000
_SIZES: Final = (5, 6, 7, 8, 9, 10, 10, 12, 14, 16, 20, 30)
_LARGE: Final = (40, 60, 100)
_REPEAT_EVERY: Final = 10
_AT_ONCE: Final = 100


def brief_for(seed: int) -> DungeonBrief:
    """The brief of a case: every style in turn, one in a hundred is large."""
    rng = random.Random(seed)  # noqa: S311 - cases, no secrets
    return DungeonBrief(
        rooms=rng.choice(_LARGE) if seed % 100 == 7 else rng.choice(_SIZES),
        style=("built", "cave", "tomb", None)[seed % 4],
        party_level=rng.randint(1, 20),
        party_size=rng.randint(1, 8),
        loops=rng.choice(("none", "few", "some", "many")),
        secrets=rng.choice(("none", "few", "some")),
        entrances=rng.randint(1, 3),
        danger=rng.choice(("easy", "standard", "deadly")),
        treasure=rng.choice(("poor", "standard", "rich")),
    )


def problems_of(seed: int, document: dict[str, Any]) -> Iterator[str]:
    """What does not hold of a case: proof, words, budget, or (one in ten) that it comes out the same again."""
    if not document["proof"]["holds"]:
        yield f"seed {seed}: {document['proof']['problems']}"
    yield from (f"seed {seed}: {slip}" for slip in slips_of(document))
    totals = document["totals"]
    if len(document["rooms"]) >= 10:
        for name in ("experience", "gold_pieces"):
            if abs(totals[name]["gap_percent"]) > totals["tolerance_percent"]:
                yield f"seed {seed}: {name} is off its target by {totals[name]['gap_percent']} %"
    if seed % _REPEAT_EVERY == 0 and as_bytes(generate_dungeon(brief_for(seed), seed)) != as_bytes(document):
        yield f"seed {seed}: another dungeon when repeated"


def measure(seeds: int = SEEDS) -> Iterable[Row]:
    """Make them all, on every core; raises AssertionError with the first failures."""
    seconds: dict[str, list[float]] = {}
    found: list[str] = []
    with ProcessPoolExecutor() as cores:
        for times, problems in cores.map(
            _some, [range(at, min(at + _AT_ONCE, seeds)) for at in range(0, seeds, _AT_ONCE)]
        ):
            found += problems
            for rooms, taken in times:
                seconds.setdefault(_group(rooms), []).append(taken)
    assert not found, found[:10]
    yield ("rooms", "dungeons", "p50 ms of one core", "worst")
    for group, times in sorted(seconds.items()):
        times.sort()
        yield (group, str(len(times)), f"{1000 * times[len(times) // 2]:.0f}", f"{1000 * times[-1]:.0f}")


def _some(seeds: Iterable[int]) -> tuple[list[tuple[int, float]], list[str]]:
    """Rooms and processor seconds of each of these cases, and what does not hold."""
    times, found = [], []
    for seed in seeds:
        brief = brief_for(seed)
        started = time.process_time()
        document = generate_dungeon(brief, seed)
        times.append((brief.rooms, time.process_time() - started))
        found += problems_of(seed, document)
    return times, found


def _group(rooms: int) -> str:
    return next(f"up to {most:3}" for most in (10, 20, 30, 60, 100) if rooms <= most)
