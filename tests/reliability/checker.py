"""The invariants I1 to I10, asserted over what clients saw and what Postgres and Redis hold afterwards.

Everything here is a function of `Evidence`, so that the checker itself can be shown broken histories.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.reliability.model import TERMINAL

GRACE_SECONDS = 5.0
ALLOWED_5XX = frozenset({502, 503, 504})


@dataclass
class Evidence:
    """What is known after a run, when everything has come to rest.

    Attributes:
        history: Lines of `History`: prompts (`key`, `request_id`), polls (`request_id`, `status`), creates and changes
            (`entity_id`, `description`), and for every answer its HTTP `code` and `is_problem`.
        requests: Rows with id, status, seconds (acceptance to end), timeout_ms, result, error.
        transitions: (request id, step_no, state) in their order.
        entities: Rows with id, request_id, version.
        versions: Entity id -> its (version, description) in order.
        keys: Idempotency key -> request id, for prompts.
        queues: Queue -> messages ready, in flight or delayed.
        dead: Request ids of the dead letters, with (error, attempts, has a body).
        poison: Request ids that had to become dead letters.
        ended: How many ends the processes counted in their metrics; None when one of them was restarted.
    """

    history: list[dict[str, Any]] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    transitions: list[tuple[str, int | None, str]] = field(default_factory=list)
    entities: list[dict[str, Any]] = field(default_factory=list)
    versions: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    queues: dict[str, int] = field(default_factory=dict)
    dead: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    poison: set[str] = field(default_factory=set)
    ended: int | None = None

    def answers(self, call: str, kind: str = "ok") -> list[dict[str, Any]]:
        """Lines of one call that ended in this way."""
        return [line for line in self.history if line["call"] == call and line["kind"] == kind]


def violations(evidence: Evidence) -> list[str]:
    """What is broken, each beginning with the invariant's number; empty when all hold."""
    checks = (_i1, _i2, _i3, _i4, _i5, _i6, _i7, _i8, _i9, _i10)
    return [f"{check.__name__[1:].upper()} {found}" for check in checks for found in check(evidence)]


def _i1(evidence: Evidence) -> Iterator[str]:
    """Every accepted request ends, exactly once."""
    status = {row["id"]: row["status"] for row in evidence.requests}
    for line in evidence.answers("prompt"):
        if status.get(line["request_id"]) not in TERMINAL:
            yield f"{line['request_id']} was accepted and is {status.get(line['request_id'], 'gone')}"
    ends = Counter(request for request, step, state in evidence.transitions if step is None and state in TERMINAL)
    yield from (f"{request} ended {count} times" for request, count in ends.items() if count > 1)
    yield from (f"{row['id']} never ended" for row in evidence.requests if row["status"] not in TERMINAL)
    yield from (f"{row['id']} has no end" for row in evidence.requests if ends[row["id"]] == 0)


def _i2(evidence: Evidence) -> Iterator[str]:
    """No request that nobody asked for; one per key."""
    by_key = defaultdict(set)
    for line in evidence.answers("prompt"):
        by_key[line["key"]].add(line["request_id"])
    yield from (f"the key {key} made {len(ids)} requests" for key, ids in by_key.items() if len(ids) > 1)
    asked = {line["key"] for line in evidence.history if line["call"] == "prompt"}
    known = {request for ids in by_key.values() for request in ids}
    known |= {request for key, request in evidence.keys.items() if key in asked}
    yield from (f"nobody asked for {row['id']}" for row in evidence.requests if row["id"] not in known)


def _i3(evidence: Evidence) -> Iterator[str]:
    """Effects are there once, all of them, and no others; versions have no gaps."""
    stored = defaultdict(list)
    for entity in evidence.entities:
        stored[entity["request_id"]].append(entity["id"])
    for row in evidence.requests:
        told = ((row["result"] or {}).get("entities_created") or (row["error"] or {}).get("entities_created")) or []
        if sorted(told) != sorted(stored.get(row["id"], [])):
            yield f"{row['id']} tells of {sorted(told)} and made {sorted(stored.get(row['id'], []))}"
    for entity, versions in evidence.versions.items():
        if [number for number, _ in versions] != list(range(1, len(versions) + 1)):
            yield f"{entity} has the versions {[number for number, _ in versions]}"
    done = Counter((request, step) for request, step, state in evidence.transitions if state == "done")
    yield from (f"step {step} of {request} was done twice" for (request, step), count in done.items() if count > 1)


def _i4(evidence: Evidence) -> Iterator[str]:
    """An end is final, in the history and in what anybody polled."""
    ended: set[str] = set()
    for request, step, state in evidence.transitions:
        if request in ended:
            yield f"{request} went on to {state} after its end"
        if step is None and state in TERMINAL:
            ended.add(request)
    seen: dict[str, str] = {}
    for line in evidence.answers("poll"):
        before = seen.get(line["request_id"], "processing")
        if before in TERMINAL and line["status"] != before:
            yield f"{line['request_id']} was polled as {before} and then as {line['status']}"
        seen[line["request_id"]] = line["status"]


def _i5(evidence: Evidence) -> Iterator[str]:
    """Every end comes in time."""
    for row in evidence.requests:
        if row["seconds"] is not None and row["seconds"] > row["timeout_ms"] / 1000 + GRACE_SECONDS:
            yield f"{row['id']} took {row['seconds']:.1f} s of {row['timeout_ms'] / 1000:g} s"


def _i6(evidence: Evidence) -> Iterator[str]:
    """Nothing is left on the bus."""
    yield from (f"{count} messages are left in {queue}" for queue, count in evidence.queues.items() if count)


def _i7(evidence: Evidence) -> Iterator[str]:
    """The dead letters are the poison, each with what is needed to understand it."""
    for request in sorted(evidence.poison - evidence.dead.keys()):
        yield f"the poison {request} left no dead letter"
    for request, (error, attempts, has_body) in evidence.dead.items():
        if request not in evidence.poison:
            yield f"{request} is a dead letter: {error}"
        elif not (error and attempts and has_body):
            yield f"the dead letter of {request} does not say everything"


def _i8(evidence: Evidence) -> Iterator[str]:
    """Counters agree with the rows."""
    ends = sum(row["status"] in TERMINAL for row in evidence.requests)
    if evidence.ended is not None and evidence.ended != ends:
        yield f"{evidence.ended} ends were counted, {ends} are stored"


def _i9(evidence: Evidence) -> Iterator[str]:
    """Nothing that was acknowledged to a writer is missing."""
    for line in evidence.answers("create"):
        if line["entity_id"] not in evidence.versions:
            yield f"the entity {line['entity_id']} is gone"
    for line in evidence.answers("change"):
        if line["description"] not in {text for _, text in evidence.versions.get(line["entity_id"], ())}:
            yield f"the change {line['description']!r} of {line['entity_id']} is lost"
    for kept in evidence.versions.values():
        twice = [text for text, count in Counter(text for _, text in kept).items() if count > 1]
        yield from (f"the change {text!r} was made twice" for text in twice if text.startswith("change "))


def _i10(evidence: Evidence) -> Iterator[str]:
    """Failures are told as what they are."""
    for line in evidence.history:
        code = line.get("code") or 0
        if code >= 500 and (code not in ALLOWED_5XX or not line.get("is_problem")):
            yield f"{line['call']} was answered {code}{'' if line.get('is_problem') else ' without a problem'}"
