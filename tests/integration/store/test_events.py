"""The stream of a request's events: fenced, once, in order, gapless for who resumes (DESIGN.md, rule 9)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from core.errors import ErrorCategory, InvalidInput
from core.problems import problem
from store.database import Database
from store.endings import fail_request
from store.events import (
    BEGUN,
    END,
    ENDED,
    FIRST,
    MAX_INDEX,
    EventKey,
    NewEvent,
    Watch,
    append_events,
    read_events,
    read_watched,
    require_open,
)
from store.steps import Claim, Fenced, release_step
from tests.support.jobs import accepted, claimed, complete, finish, tell
from tests.support.processes import wait_until


def stream_of(database: Database, request: UUID, after: EventKey = FIRST, **options: int) -> list[EventKey]:
    with database.transaction() as tx:
        return [event.key for event in read_events(tx, request, after=after, **options)]


def cancel(database: Database, request: UUID) -> None:
    with database.transaction() as tx:
        assert fail_request(tx, request, problem(ErrorCategory.TIMEOUT, "too late"))


@pytest.fixture
def told(database: Database) -> UUID:
    """A finished request of two steps; the first told two events."""
    request = accepted(database, steps=2)
    first = claimed(database, request)
    tell(database, first, 0, "layout", rooms=2)
    tell(database, first, 1, "room", name="Hall")
    finish(database, first)
    finish(database, claimed(database, request, 2))
    complete(database, request)
    return request


WHOLE = [
    EventKey(1, BEGUN),
    EventKey(1, 0),
    EventKey(1, 1),
    EventKey(1, ENDED),
    EventKey(2, BEGUN),
    EventKey(2, ENDED),
    END,
]


def test_a_stream_goes_from_the_first_step_to_the_end_of_the_request(database: Database, told: UUID) -> None:
    with database.transaction() as tx:
        events = read_events(tx, told)

    assert WHOLE == [event.key for event in events]
    assert ["step.started", "layout", "room", "step.finished"] == [event.kind for event in events[:4]]
    assert ({"rooms": 2}, {"status": "completed"}) == (events[1].data, events[-1].data)


@pytest.mark.parametrize("seen", range(len(WHOLE)))
def test_whoever_resumes_anywhere_gets_the_rest_and_nothing_twice(database: Database, told: UUID, seen: int) -> None:
    assert WHOLE[seen + 1 :] == stream_of(database, told, WHOLE[seen])


def test_a_stream_that_is_read_in_small_pieces_is_the_same_stream(database: Database, told: UUID) -> None:
    read: list[EventKey] = [FIRST]
    while read[-1] != END:
        piece = stream_of(database, told, read[-1], limit=1)
        assert piece
        read += piece

    assert WHOLE == read[1:]


def test_an_event_is_written_once_and_the_first_stays(database: Database) -> None:
    request = accepted(database)
    claim = claimed(database, request)

    assert [True, False] == [tell(database, claim, 0, "room", name=name) for name in ("Hall", "Crypt")]
    with database.transaction() as tx:
        assert [{"name": "Hall"}] == [event.data for event in read_events(tx, request, after=EventKey(1, BEGUN))]


def test_several_are_written_at_once_behind_what_was_there_before(database: Database) -> None:
    request = accepted(database)
    claim = claimed(database, request)
    tell(database, claim, 0, "room", name="Hall")
    rooms = [NewEvent("room", {"name": name}) for name in ("Crypt", "Well", "Vault")]

    with database.one_statement() as tx:
        assert [2, 0, 1] == [append_events(tx, claim, first, rooms) for first in (0, 0, 1)]
    with database.transaction() as tx:
        names = [event.data["name"] for event in read_events(tx, request, after=EventKey(1, BEGUN))]
    assert ["Hall", "Well", "Vault", "Vault"] == names


@pytest.mark.parametrize(
    ("first", "last", "error"),
    [
        (0, NewEvent("room", {"name": "\0"}), InvalidInput),
        (0, NewEvent("room", {"name": "x" * 100_000}), InvalidInput),
        (0, NewEvent("Room", {}), ValueError),
        (-1, NewEvent("room", {}), ValueError),
        (MAX_INDEX, NewEvent("room", {}), ValueError),
    ],
    ids=["NUL", "too large", "no name", "before the first", "behind the last"],
)
def test_of_several_none_is_written_when_one_cannot_be(
    database: Database, first: int, last: NewEvent, error: type[Exception]
) -> None:
    request = accepted(database)
    claim = claimed(database, request)

    with pytest.raises(error), database.one_statement() as tx:
        append_events(tx, claim, first, [NewEvent("room", {}), last])
    assert [EventKey(1, BEGUN)] == stream_of(database, request)


def taken_over(database: Database, request: UUID) -> None:
    claimed(database, request, worker="w2")


def given_back(database: Database, request: UUID) -> None:
    with database.transaction() as tx:
        tx.execute("UPDATE steps SET state = 'waiting', lease_until = NULL WHERE request_id = %s", (request,))


def past_its_deadline(database: Database, request: UUID) -> None:
    with database.transaction() as tx:
        tx.execute("UPDATE requests SET deadline_at = clock_timestamp() WHERE id = %s", (request,))


@pytest.mark.parametrize("lose", [taken_over, given_back, past_its_deadline, cancel])
def test_a_worker_that_lost_its_claim_tells_nothing(database: Database, lose: object) -> None:
    request = accepted(database)
    claim = claimed(database, request, lease=0)
    lose(database, request)  # type: ignore[operator]

    with pytest.raises(Fenced):
        tell(database, claim, 0)
    with pytest.raises(Fenced), database.transaction() as tx:
        require_open(tx, claim)
    assert EventKey(1, 0) not in stream_of(database, request)


def test_a_step_that_is_open_may_go_on(database: Database) -> None:
    claim = claimed(database, accepted(database))

    with database.transaction() as tx:
        require_open(tx, claim)


def test_an_event_waits_for_whoever_takes_the_step_over_and_is_refused_then(database: Database) -> None:
    request = accepted(database)
    old = claimed(database, request, lease=0)
    with ThreadPoolExecutor(1) as threads, database.transaction() as tx:
        tx.execute("SELECT 1 FROM requests WHERE id = %s FOR UPDATE", (request,))
        tx.execute("UPDATE steps SET lease_epoch = 2 WHERE request_id = %s", (request,))
        waiting = threads.submit(tell, database, old, 0)
        _until_blocked(database)

    with pytest.raises(Fenced):
        waiting.result(timeout=5)


def test_a_step_that_was_given_back_begins_once(database: Database) -> None:
    request = accepted(database)
    claim = claimed(database, request)
    with database.transaction() as tx:
        release_step(tx, claim)
    claimed(database, request, worker="w2")

    assert [EventKey(1, BEGUN)] == stream_of(database, request)


@pytest.mark.parametrize("kind", ["", "Room", "step.started", "done now", "x" * 65])
def test_a_kind_is_a_short_name_and_none_of_the_streams_own(database: Database, kind: str) -> None:
    claim = claimed(database, accepted(database))

    with pytest.raises(ValueError, match="kind"):
        tell(database, claim, 0, kind)


@pytest.mark.parametrize("index", [-1, 10_000])
def test_an_index_outside_the_stream_is_refused(database: Database, index: int) -> None:
    claim = claimed(database, accepted(database))

    with pytest.raises(ValueError, match="index"):
        tell(database, claim, index)


@pytest.mark.parametrize("data", [{"text": "\0"}, {"text": "x" * 100_001}])
def test_what_cannot_be_stored_is_refused_before_it_reaches_sql(database: Database, data: dict[str, object]) -> None:
    claim = claimed(database, accepted(database))

    with pytest.raises(InvalidInput):
        tell(database, claim, 0, "room", **data)


def test_many_watches_are_answered_at_once_each_with_its_own(database: Database, told: UUID) -> None:
    other = accepted(database)
    claim: Claim = claimed(database, other)
    tell(database, claim, 0)
    watches = [Watch(told, WHOLE[4]), Watch(other), Watch(told, WHOLE[5]), Watch(told, END)]

    with database.transaction() as tx:
        found = [[event.key for event in events] for events in read_watched(tx, watches)]

    assert [WHOLE[5:], [EventKey(1, BEGUN), EventKey(1, 0)], [END], []] == found


def _until_blocked(database: Database) -> None:
    def is_blocked() -> bool:
        with database.transaction() as tx:
            row = tx.execute(
                "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchone()
        return row is not None

    wait_until(is_blocked, seconds=30)
