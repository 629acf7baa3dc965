"""The progress of a request: written by its steps as they go, read by whoever watches (DESIGN.md, rule 9).

One stream per request, in the order of its keys (step_no, index):

    (1, BEGUN)  the step was claimed for the first time         derived from the steps table, as is
    (1, 0) ...  what its agent told                             the events table
    (1, ENDED)  the step is done
    (2, BEGUN)  and so on for every step
    END         the request has ended, however it did

Keys only ever come behind those that were there before: steps run one after the other, an event is accepted only while
its step runs, and what is written never changes. So a reader that asks for what comes after its last key misses
nothing and sees nothing twice, whenever and wherever it asks.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg.types.json import Jsonb

from store.database import Transaction
from store.steps import Claim, Fenced
from store.values import check_json_object

_NEVER: Final = 2**31 - 1
BEGUN: Final = -1
ENDED: Final = _NEVER
MAX_INDEX: Final = 9_999
"""More events than this one step does not tell."""

STEP_STARTED: Final = "step.started"
STEP_FINISHED: Final = "step.finished"
REQUEST_ENDED: Final = "request.ended"
_KIND: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")


class NewEvent(NamedTuple):
    """What a step tells; `kind` is a name in small letters, `data` a JSON object of at most 100 kB."""

    kind: str
    data: dict[str, Any]


class EventKey(NamedTuple):
    """The place of an event in the stream of its request."""

    step_no: int
    number: int


FIRST: Final = EventKey(0, _NEVER)
"""Before everything."""
END: Final = EventKey(_NEVER, 0)
"""The last event of every stream."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event; `data` of the end holds the status only, the rest is in the request."""

    key: EventKey
    kind: str
    data: dict[str, Any]
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A reader of one request's stream that has everything up to `after`."""

    request_id: UUID
    after: EventKey = FIRST


# Locks in the order of all others: the request, then the step. Locking looks at the newest version of both rows, so a
# claim that was lost while this waited is seen.
_APPEND: Final = """
WITH request AS MATERIALIZED (
    SELECT id FROM requests
    WHERE id = %(request_id)s AND status = 'processing' AND deadline_at > clock_timestamp() FOR SHARE
), held AS MATERIALIZED (
    SELECT s.request_id, s.step_no FROM request JOIN steps s ON s.request_id = request.id
    WHERE s.step_no = %(step_no)s AND s.lease_epoch = %(lease_epoch)s
      AND s.worker = %(worker)s AND s.state = 'running' FOR SHARE OF s
), written AS (
    INSERT INTO events (request_id, step_no, index, kind, data)
    SELECT request_id, step_no, %(first)s + number - 1, event ->> 0, event -> 1
    FROM held, jsonb_array_elements(%(events)s) WITH ORDINALITY AS told(event, number)
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM held) AS held, (SELECT count(*) FROM written) AS written
"""
_IS_OPEN: Final = """
SELECT 1 FROM requests r JOIN steps s ON s.request_id = r.id
WHERE r.id = %s AND r.status = 'processing' AND r.deadline_at > clock_timestamp()
  AND s.step_no = %s AND s.lease_epoch = %s AND s.worker = %s AND s.state = 'running'
"""
# All parts from one snapshot: else a step's end could be seen before an event that was written before it.
_AFTER: Final = f"""
WITH watches AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::uuid[], %(steps)s::int[], %(indexes)s::int[]) WITH ORDINALITY
             AS w(request_id, step_no, index, number)
)
SELECT w.number, s.step_no, {BEGUN} AS index, '{STEP_STARTED}' AS kind,
       jsonb_build_object('action', s.actor, 'title', s.title) AS data, s.started_at AS at
FROM watches w JOIN steps s USING (request_id)
WHERE s.started_at IS NOT NULL AND (s.step_no, {BEGUN}) > (w.step_no, w.index)
UNION ALL
SELECT * FROM (
    SELECT w.number, e.step_no, e.index, e.kind, e.data, e.created_at
    FROM watches w JOIN events e USING (request_id) WHERE (e.step_no, e.index) > (w.step_no, w.index)
    ORDER BY w.number, e.step_no, e.index LIMIT %(limit)s
) AS told
UNION ALL
SELECT w.number, s.step_no, {ENDED}, '{STEP_FINISHED}', jsonb_build_object('action', s.actor), s.finished_at
FROM watches w JOIN steps s USING (request_id)
WHERE s.state = 'done' AND (s.step_no, {ENDED}) > (w.step_no, w.index)
UNION ALL
SELECT w.number, {END.step_no}, {END.number}, '{REQUEST_ENDED}', jsonb_build_object('status', r.status), r.completed_at
FROM watches w JOIN requests r ON r.id = w.request_id
WHERE r.status <> 'processing' AND ({END.step_no}, {END.number}) > (w.step_no, w.index)
ORDER BY 1, 2, 3
"""  # noqa: S608  # nosec B608 - constants of this module


def append_events(tx: Transaction, claim: Claim, first: int, events: Sequence[NewEvent]) -> int:
    """Write events number `first` (from 0), `first` + 1 ... of a claimed step, by one statement.

    The first to be written under a key stays: a step that runs twice tells the same again, or is not heard.

    Returns:
        How many are new; the others were there before, and as keys come in order these are the earlier ones.

    Raises:
        Fenced: The step was taken over, or its request has ended or is past its deadline; nothing was written.
        InvalidInput: The data of one is no storable JSON, or larger than 100 kB.
        ValueError: A kind is not a name in small letters, or an index is negative or beyond 9,999.
    """
    for kind, _ in events:
        if not _KIND.fullmatch(kind):
            raise ValueError(f"{kind!r} names no kind of event: small letters, digits and underscores")
    if not 0 <= first <= first + len(events) - 1 <= MAX_INDEX:
        raise ValueError(f"the index of an event is 0 to {MAX_INDEX}, not {first} and {len(events) - 1} behind it")
    given = {
        "request_id": claim.request_id,
        "step_no": claim.step_no,
        "lease_epoch": claim.lease_epoch,
        "worker": claim.worker,
        "first": first,
        # One value: an array of many costs psycopg more than all else, because it escapes each in each.
        "events": Jsonb([[kind, check_json_object("data", data)] for kind, data in events]),
    }
    row = tx.execute(_APPEND, given).fetchone()
    if row is None or not row["held"]:
        raise Fenced("the step was taken over, or its request has ended")
    return int(row["written"])


def require_open(tx: Transaction, claim: Claim) -> None:
    """Raise Fenced when this claim's result would be refused now: the request has ended, or the step was taken over."""
    fence = (claim.request_id, claim.step_no, claim.lease_epoch, claim.worker)
    if tx.execute(_IS_OPEN, fence).fetchone() is None:
        raise Fenced("the step was taken over, or its request has ended")


def read_events(tx: Transaction, request_id: UUID, *, after: EventKey = FIRST, limit: int = 1000) -> list[Event]:
    """What one request's stream holds behind a key, oldest first. The caller has checked that it may be seen."""
    return read_watched(tx, [Watch(request_id, after)], limit=limit)[0]


def read_watched(tx: Transaction, watches: Sequence[Watch], *, limit: int = 1000) -> list[list[Event]]:
    """For each watch what is new behind its key, from one snapshot and in one round trip.

    A list may end early when `limit` events were read for all together; ask again behind its last key.
    """
    given = {
        "ids": [watch.request_id for watch in watches],
        "steps": [watch.after.step_no for watch in watches],
        "indexes": [watch.after.number for watch in watches],
        "limit": limit,
    }
    found: list[list[Event]] = [[] for _ in watches]
    told = 0
    for row in tx.execute(_AFTER, given):
        key = EventKey(row["step_no"], row["index"])
        told += 0 <= key.number < ENDED and key.step_no < END.step_no
        found[row["number"] - 1].append(Event(key, row["kind"], row["data"], row["at"]))
        if told >= limit:
            break  # what comes behind may come behind an event that was left out
    return found
