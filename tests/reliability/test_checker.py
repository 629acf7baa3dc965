"""The checker finds each thing it is there to find."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.reliability.checker import Evidence, violations


def clean() -> Evidence:
    """A run in which all went well: two prompts, one of them poison, an entity made by a prompt and one by a client."""
    return Evidence(
        history=[
            {"kind": "invoke", "call": "prompt", "key": "k1"},
            {"kind": "info", "call": "prompt", "key": "k1"},
            {"kind": "ok", "call": "prompt", "key": "k1", "request_id": "r1", "code": 202},
            {"kind": "ok", "call": "prompt", "key": "k2", "request_id": "r2", "code": 202},
            {"kind": "ok", "call": "poll", "request_id": "r1", "status": "processing", "code": 200},
            {"kind": "ok", "call": "poll", "request_id": "r1", "status": "completed", "code": 200},
            {"kind": "ok", "call": "create", "entity_id": "e2", "code": 201},
            {"kind": "ok", "call": "change", "entity_id": "e2", "description": "change 1", "code": 200},
            {"kind": "info", "call": "poll", "request_id": "r1", "code": 503, "is_problem": True},
        ],
        requests=[
            {"id": "r1", "status": "completed", "seconds": 1.0, "timeout_ms": 30_000, "error": None,
             "result": {"entities_created": ["e1"]}},
            {"id": "r2", "status": "failed", "seconds": 34.0, "timeout_ms": 30_000, "error": {}, "result": None},
        ],
        transitions=[
            ("r1", None, "processing"), ("r1", 1, "running"), ("r1", 1, "done"), ("r1", None, "completed"),
            ("r2", None, "processing"), ("r2", 1, "failed"), ("r2", None, "failed"),
        ],
        entities=[{"id": "e1", "request_id": "r1"}, {"id": "e2", "request_id": None}],
        versions={"e1": [(1, "")], "e2": [(1, ""), (2, "change 1")]},
        keys={"k1": "r1", "k2": "r2"},
        queues={"scribe": 0},
        dead={"r2": ("OSError: no", 4, True)},
        poison={"r2"},
        ended=2,
    )  # fmt: skip


def test_a_run_in_which_all_went_well_breaks_nothing() -> None:
    assert [] == violations(clean())


def put(path: str, value: Any) -> Callable[[Evidence], None]:
    def change(evidence: Evidence) -> None:
        name, *keys, last = path.split(".")
        target: Any = getattr(evidence, name)
        for key in keys:
            target = target[int(key) if isinstance(target, list) else key]
        target[int(last) if isinstance(target, list) else last] = value

    return change


def add(name: str, value: Any) -> Callable[[Evidence], None]:
    return lambda evidence: getattr(evidence, name).append(value)


def lose(name: str, index: int) -> Callable[[Evidence], None]:
    return lambda evidence: getattr(evidence, name).pop(index)


def forget(name: str) -> Callable[[Evidence], None]:
    return lambda evidence: getattr(evidence, name).clear()


def count_three(evidence: Evidence) -> None:
    evidence.ended = 3


OK_AGAIN = {"kind": "ok", "call": "prompt", "key": "k1", "request_id": "r2", "code": 202}
ALIEN = {"id": "r3", "status": "completed", "seconds": 1.0, "timeout_ms": 1000, "error": None, "result": {}}


@pytest.mark.parametrize(
    ("breaks", "found"),
    [
        (lose("requests", 0), "I1 r1 was accepted and is gone"),
        (put("requests.0.status", "processing"), "I1 r1 never ended"),
        (add("transitions", ("r1", None, "failed")), "I1 r1 ended 2 times"),
        (lose("transitions", 3), "I1 r1 has no end"),
        (add("history", OK_AGAIN), "I2 the key k1 made 2 requests"),
        (add("requests", ALIEN), "I2 nobody asked for r3"),
        (lose("entities", 0), "I3 r1 tells of ['e1'] and made []"),
        (add("entities", {"id": "e9", "request_id": "r1"}), "I3 r1 tells of ['e1'] and made ['e1', 'e9']"),
        (put("versions.e2", [(1, ""), (3, "change 1")]), "I3 e2 has the versions [1, 3]"),
        (put("transitions.1", ("r1", 1, "done")), "I3 step 1 of r1 was done twice"),
        (add("transitions", ("r1", 1, "running")), "I4 r1 went on to running after its end"),
        (put("history.4.status", "failed"), "I4 r1 was polled as failed and then as completed"),
        (put("requests.1.seconds", 35.2), "I5 r2 took 35.2 s of 30 s"),
        (put("queues.scribe", 2), "I6 2 messages are left in scribe"),
        (forget("dead"), "I7 the poison r2 left no dead letter"),
        (forget("poison"), "I7 r2 is a dead letter: OSError: no"),
        (put("dead.r2", ("OSError", 4, False)), "I7 the dead letter of r2 does not say everything"),
        (count_three, "I8 3 ends were counted, 2 are stored"),
        (lambda evidence: evidence.versions.pop("e2"), "I9 the entity e2 is gone"),
        (put("versions.e2", [(1, "")]), "I9 the change 'change 1' of e2 is lost"),
        (put("versions.e2", [(1, ""), (2, "change 1"), (3, "change 1")]), "I9 the change 'change 1' was made twice"),
        (put("history.4.code", 500), "I10 poll was answered 500 without a problem"),
        (put("history.8.is_problem", False), "I10 poll was answered 503 without a problem"),
    ],
)
def test_what_is_broken_is_found_and_named(breaks: Callable[[Evidence], None], found: str) -> None:
    evidence = deepcopy(clean())
    breaks(evidence)

    assert found in violations(evidence)
