"""What must hold at the end of a soak, and how far it may be off."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.soak.record import Tally
from benchmarks.soak.watch import Snapshot
from bus.stats import QueueStats

MEGABYTE = 2**20

WORKER_TOLERANCE = (3 * MEGABYTE, 5.0)
"""Bytes in any case, and for each message after the warm-up. The allocator's arenas fill up to their peak only after a
while, and differently in each run; that does not grow with the messages. The share of a message is far below anything
that could stay behind of it: an object and a reference to it take 40 bytes, and the error of each retry (every fiftieth
message), with its traceback, some hundreds."""

SERVER_TOLERANCE = (MEGABYTE // 2, 0.5)
"""The same for the server: buffers of connections, a node of each stream, tables that shrink later; and half a byte for
each message, where the shortest entry of anything takes a dozen."""

MOST_CONNECTIONS = 10


@dataclass(frozen=True, slots=True)
class Check:
    """One promise, what was found, and whether it holds."""

    name: str
    found: str
    wanted: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What a soak found.

    Attributes:
        messages: Sent after the warm-up.
        before: After the warm-up, at rest.
        after: After everything, at rest.
        most_connections: The most that each worker had open at any look.
        left: The queues when the workers had ended.
        exit_codes: Of the workers.
    """

    messages: int
    tally: Tally
    left: Sequence[QueueStats]
    before: Snapshot
    after: Snapshot
    most_connections: Sequence[int]
    exit_codes: Sequence[int]


def checks_of(findings: Findings) -> list[Check]:
    """Judge what a soak found."""
    before, after = findings.before, findings.after
    checks = [
        _each_once(findings.tally),
        _nothing_left(findings.left),
        _memory("server", before.server_memory, after.server_memory, SERVER_TOLERANCE, findings.messages),
    ]
    for number, connections in enumerate(findings.most_connections):
        name = f"worker {number + 1}"
        was, is_now = before.workers[number], after.workers[number]
        checks += [
            _memory(name, was.memory, is_now.memory, WORKER_TOLERANCE, findings.messages),
            _threads(name, was.threads, is_now.threads),
            _connections(name, connections),
        ]
    return [*checks, _end(findings.exit_codes)]


def _each_once(tally: Tally) -> Check:
    found = f"{tally.missing} missing, {tally.repeated} run again, {tally.unknown} never sent"
    if tally.examples:
        found += f" ({'; '.join(tally.examples)})"
    return Check(f"each of {tally.expected} actor runs was done once", found, "none", tally.is_clean)


def _nothing_left(left: Sequence[QueueStats]) -> Check:
    """Nothing unfinished, no dead letters, and no leases of the workers that have ended."""
    unfinished, dead = sum(each.unfinished for each in left), sum(each.dead for each in left)
    leases = sum(each.consumers for each in left)
    found = f"{unfinished} unfinished, {dead} dead, {leases} leases"
    return Check("nothing is left on the server", found, "none", not (unfinished or dead or leases))


def _memory(name: str, before: int, after: int, tolerance: tuple[int, float], messages: int) -> Check:
    growth, allowed = after - before, tolerance[0] + tolerance[1] * messages
    return Check(
        f"{name}, memory after the warm-up and since",
        f"{before / MEGABYTE:.1f} MB, {growth / MEGABYTE:+.2f} MB",
        f"at most {allowed / MEGABYTE:+.2f} MB",
        growth <= allowed,
    )


def _threads(name: str, before: int, after: int) -> Check:
    return Check(f"{name}, threads after the warm-up and at the end", f"{before}, {after}", "no more", after <= before)


def _connections(name: str, most: int) -> Check:
    return Check(
        f"{name}, most connections at any look", str(most), f"at most {MOST_CONNECTIONS}", 0 < most <= MOST_CONNECTIONS
    )


def _end(exit_codes: Sequence[int]) -> Check:
    return Check("exit codes of the workers", ", ".join(map(str, exit_codes)), "0", not any(exit_codes))
