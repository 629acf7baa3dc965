"""What it costs a worker to be seen: metrics, logs and switched-off traces, beside the same work in silence.

Two worker processes, one observed as in an installation and one without middleware, metrics thread and log lines, take
turns at the same prompts of one step, in short rounds, so that whatever else the machine does falls on both. Processor
time is what is compared: it says how many prompts a core can do, and other programs hardly change it.
"""

import timeit
from collections.abc import Iterator
from statistics import median

import psycopg

from benchmarks.children import Child
from benchmarks.tables import Row
from services.postgres import EmbeddedPostgres
from services.valkey import EmbeddedValkey
from store.migrate import migrate
from telemetry import tracing
from tests.support.servers import temporary_home

ROUNDS = 8
PROMPTS = 60
WANTED = 0.10
MODES = ("observed", "silent")


def measure() -> Iterator[Row]:
    """Processor milliseconds of the worker per prompt, both ways, and what the difference is of the whole."""
    yield ("figure", "measured", "wanted")
    with temporary_home() as home:
        postgres, valkey = EmbeddedPostgres(home), EmbeddedValkey(home)
        postgres.start()
        valkey.start()
        try:
            found = _rounds(postgres, valkey)
        finally:
            valkey.stop()
            postgres.stop()
    observed, silent = (median(found[mode]) for mode in MODES)
    yield ("CPU per prompt, observed", f"{observed * 1000:.2f} ms", "")
    yield ("CPU per prompt, silent", f"{silent * 1000:.2f} ms", "")
    costs = median(one / other - 1 for one, other in zip(found["observed"], found["silent"], strict=True))
    yield ("metrics, logs and switched-off traces cost", f"{costs:.1%}", f"at most {WANTED:.0%}")
    yield ("a span that nobody records", f"{_seconds_of_a_span() * 1e9:.0f} ns", "")


def _rounds(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> dict[str, list[float]]:
    """CPU seconds per prompt of each round, by mode; the first round warms up and is left out."""
    children = {mode: _child(mode, number, postgres, valkey) for number, mode in enumerate(MODES)}
    found: dict[str, list[float]] = {mode: [] for mode in MODES}
    try:
        for number in range(ROUNDS + 1):
            for mode in MODES if number % 2 else reversed(MODES):
                children[mode].hear()
                children[mode].go()
                facts = children[mode].hear()
                if number:
                    found[mode].append(facts["cpu_seconds"] / PROMPTS)
    finally:
        for child in children.values():
            child.end()
    return found


def _child(mode: str, number: int, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> Child:
    name = f"telemetry_{mode}"
    with psycopg.connect(postgres.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    migrate(postgres.url(name))
    order = {
        "mode": mode,
        "prompts": PROMPTS,
        "database_url": postgres.url(name),
        "redis_url": valkey.database_url(number),
    }
    return Child("benchmarks.telemetry_worker", order, title=mode)


def _seconds_of_a_span() -> float:
    def one() -> None:
        with tracing.span("think"):
            pass

    times = 100_000
    return min(timeit.repeat(one, number=times, repeat=5)) / times
