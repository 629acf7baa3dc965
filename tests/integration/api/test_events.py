"""The events of a request over HTTP: resumable, also for finished ones, cheap for many, across a kill -9 (R35)."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from api.deps import AppServices
from api.sse import stream
from api.watching import Watcher
from core.errors import ErrorCategory
from core.problems import problem
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.nudges import Hint, Nudges
from store.database import Database
from store.endings import fail_request
from store.events import END, EventKey
from tests.integration.api.conftest import CAMPAIGN, DEV_TOKEN
from tests.integration.api.test_process import running
from tests.support.asgi_client import AsgiClient
from tests.support.event_stream import Received, read_stream
from tests.support.jobs import accepted, claimed, complete, finish, tell
from tests.support.processes import wait_until

WHOLE = ["1.begin", "1.0", "1.1", "1.end", "end"]


@pytest.fixture
def told(services: AppServices) -> UUID:
    """A finished request of one step that told two events."""
    request = accepted(services.database, campaign=UUID(CAMPAIGN))
    claim = claimed(services.database, request)
    tell(services.database, claim, 0, "layout", rooms=1)
    tell(services.database, claim, 1, "room", name="Hall\nof lines")
    finish(services.database, claim, content="A dungeon.")
    complete(services.database, request)
    return request


def path_of(request: UUID) -> str:
    return f"/v1/prompts/req_{request.hex}/events"


def events_of(response: httpx.Response) -> list[Received]:
    assert response.status_code == 200, response.text
    return list(read_stream(response.text.split("\n")))


def test_a_finished_request_tells_its_whole_story_and_ends_with_the_request_itself(
    client: AsgiClient, told: UUID
) -> None:
    response = client.get(path_of(told))
    events = events_of(response)

    assert WHOLE == [event.id for event in events]
    assert ["step.started", "layout", "room", "step.finished", "done"] == [event.name for event in events]
    assert ("layout", {"rooms": 1}) == (events[1].data["type"], events[1].data["data"])
    assert client.get(path_of(told).removesuffix("/events")).json() == events[-1].data
    assert ("text/event-stream; charset=utf-8", "no-cache, no-transform", "no") == tuple(
        response.headers[name] for name in ("content-type", "cache-control", "x-accel-buffering")
    )


@pytest.mark.parametrize("seen", WHOLE[:-1])
@pytest.mark.parametrize("by", ["header", "query"])
def test_a_reader_goes_on_behind_the_last_event_it_has(client: AsgiClient, told: UUID, seen: str, by: str) -> None:
    how = {"headers": {"Last-Event-ID": seen}} if by == "header" else {"params": {"after": seen}}

    assert WHOLE[WHOLE.index(seen) + 1 :] == [event.id for event in events_of(client.get(path_of(told), **how))]


def test_a_reader_that_has_the_end_is_told_not_to_come_again(client: AsgiClient, told: UUID) -> None:
    response = client.get(path_of(told), headers={"Last-Event-ID": "end"})

    assert (204, b"") == (response.status_code, response.content)


def test_a_failed_request_ends_with_its_problem(client: AsgiClient, services: AppServices) -> None:
    request = accepted(services.database, campaign=UUID(CAMPAIGN))
    with services.database.transaction() as tx:
        fail_request(tx, request, problem(ErrorCategory.TIMEOUT, "it took too long"))
    (event,) = events_of(client.get(path_of(request)))

    assert ("end", "error", "timeout", 504) == (event.id, event.name, event.data["error_type"], event.data["status"])


@pytest.mark.parametrize("sent", ["1", "1.-1", "0.1", "1.10000", "1.begin ", "done", "9" * 30])
def test_an_id_that_no_stream_has_is_refused_by_name(client: AsgiClient, told: UUID, sent: str) -> None:
    response = client.get(path_of(told), headers={"Last-Event-ID": sent})
    assert (400, ["Last-Event-ID"]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_an_id_in_the_query_is_refused_by_its_own_name(client: AsgiClient, told: UUID) -> None:
    response = client.get(path_of(told), params={"after": "x"})

    assert (400, ["after"]) == (response.status_code, [item["field"] for item in response.json()["errors"]])


def test_events_of_somebody_elses_request_are_404(stranger: AsgiClient, told: UUID) -> None:
    assert [404, 404] == [
        stranger.get(path, headers={"Last-Event-ID": "end"}).status_code
        for path in (path_of(told), path_of(UUID(int=1)))
    ]


def test_head_has_the_headers_and_does_not_wait_for_the_end(client: AsgiClient, services: AppServices) -> None:
    unfinished = accepted(services.database, campaign=UUID(CAMPAIGN))

    response = client.head(path_of(unfinished))

    assert (200, b"", "no") == (response.status_code, response.content, response.headers["x-accel-buffering"])


def test_silence_is_filled_with_comments() -> None:
    async def slowly() -> AsyncIterator[bytes]:
        await asyncio.sleep(0.05)
        yield b"id: end\nevent: done\ndata: {}\n\n"

    async def read() -> list[bytes]:
        return [text async for text in stream(slowly(), ping_seconds=0.01).body_iterator]  # type: ignore[attr-defined]

    texts = asyncio.run(read())

    assert b"retry: 1000\n\n" == texts[0]
    assert {b": ping\n\n"} == set(texts[1:-1])
    assert texts[-1].startswith(b"id: end")


def test_two_hundred_watchers_share_one_look(database: Database) -> None:
    requests = [accepted(database) for _ in range(4)]
    claims = [claimed(database, request) for request in requests]

    async def watch(watcher: Watcher, request: UUID) -> list[EventKey]:
        return [event.key async for events in watcher.follow(request) for event in events]

    async def watch_all() -> tuple[list[list[EventKey]], int]:
        watcher = Watcher(database, look_seconds=0.05)
        watching = [asyncio.create_task(watch(watcher, requests[number % 4])) for number in range(200)]
        await asyncio.sleep(0.1)
        await asyncio.to_thread(_tell_and_end, database, requests, claims)
        return await asyncio.gather(*watching), watcher.looks

    streams, looks = asyncio.run(watch_all())
    assert {(EventKey(1, -1), EventKey(1, 0), EventKey(1, 2**31 - 1), END)} == {tuple(keys) for keys in streams}
    assert looks < 60


def _tell_and_end(database: Database, requests: list[UUID], claims: list) -> None:  # type: ignore[type-arg]
    for request, claim in zip(requests, claims, strict=True):
        tell(database, claim, 0)
        finish(database, claim)
        complete(database, request)


def test_a_watcher_that_goes_away_is_forgotten_and_nobody_is_asked_any_more(database: Database) -> None:
    request = accepted(database)

    async def leave() -> tuple[int, int]:
        watcher = Watcher(database, look_seconds=0.01)
        assert not await watcher.ended(request, within_seconds=0.1)
        await asyncio.sleep(0.05)
        looks = watcher.looks
        await asyncio.sleep(0.05)
        return looks, watcher.looks

    before, after = asyncio.run(leave())
    assert before == after > 0


def test_a_nudge_tells_a_watcher_long_before_its_next_look(database: Database, redis_url: str) -> None:
    request, broker = accepted(database), build_broker(redis_url)
    claim, nudges = claimed(database, request), Nudges(broker)
    finish(database, claim)

    async def wait() -> bool:
        loop, watcher = asyncio.get_running_loop(), Watcher(database, look_seconds=60)
        heard = asyncio.Event()

        def hear(hint: Hint) -> None:
            loop.call_soon_threadsafe(partial(watcher.nudge, hint.request_id, has_ended=hint.has_ended))
            loop.call_soon_threadsafe(heard.set)

        with nudges.heard(hear):
            waiting = asyncio.create_task(watcher.ended(request, within_seconds=30))
            broker.client.publish("dma:nudges", "no id")
            while not heard.is_set():  # it takes a moment until somebody listens
                nudges.tell(UUID(int=1))
                await asyncio.sleep(0.01)
            await asyncio.to_thread(Finisher(database, nudges.tell_end).complete, request)
            return await waiting

    try:
        assert asyncio.run(wait())
    finally:
        broker.close()


def test_who_was_told_something_is_looked_at_again_only_when_something_has_happened(database: Database) -> None:
    request = accepted(database)
    claim = claimed(database, request)

    async def happen(watcher: Watcher, *indexes: int) -> None:
        for index in indexes:
            await asyncio.to_thread(tell, database, claim, index)
        for _ in indexes:
            watcher.nudge(request)

    async def watch() -> tuple[list[list[int]], int]:
        watcher = Watcher(database, look_seconds=60)
        stream = watcher.follow(request)
        batches = [await anext(stream)]
        coming = asyncio.ensure_future(anext(stream))
        await happen(watcher, 0, 1)
        batches.append(await coming)
        await happen(watcher, 2)  # nobody waits for it yet
        batches.append(await anext(stream))
        await stream.aclose()  # type: ignore[attr-defined]
        return [[event.key.number for event in batch] for batch in batches], watcher.looks

    assert ([[-1], [0, 1], [2]], 3) == asyncio.run(asyncio.wait_for(watch(), 30))


def test_who_expects_an_end_is_told_of_it_without_a_look(database: Database) -> None:
    early, late = UUID(int=1), UUID(int=2)

    async def wait() -> tuple[list[bool], int]:
        watcher = Watcher(database, look_seconds=60)
        with watcher.expecting(early), watcher.expecting(late):
            watcher.nudge(early, has_ended=True)  # before anybody waits for it
            waiting = [
                asyncio.create_task(watcher.ended(each, within_seconds=30, is_new=True)) for each in (early, late, late)
            ]
            await asyncio.sleep(0.01)
            watcher.nudge(late)  # that was not its end
            await asyncio.sleep(0.05)
            assert [True, False, False] == [task.done() for task in waiting]
            looks = watcher.looks
            watcher.nudge(late, has_ended=True)
            return await asyncio.gather(*waiting), watcher.looks - looks

    assert ([True] * 3, 0) == asyncio.run(wait())


def test_a_nudge_that_cannot_be_sent_disturbs_nobody(database: Database) -> None:
    request, away = accepted(database), build_broker("redis://127.0.0.1:1/0")
    finish(database, claimed(database, request))

    assert Finisher(database, Nudges(away).tell_end).complete(request)


def test_watchers_wait_out_a_postgres_that_is_away() -> None:
    away = Database("postgresql://dma:x@127.0.0.1:1/dma", application_name="away", wait_seconds=0.05)
    away.open()

    async def wait() -> bool:
        return await Watcher(away, look_seconds=0.01).ended(UUID(int=1), within_seconds=0.3)

    try:
        assert asyncio.run(wait()) is False
    finally:
        away.close()


class Reader:
    """A client of a stream in a thread of its own; `received` grows as events come."""

    def __init__(self, address: str, request: UUID, *, last: str | None = None) -> None:
        self.received: list[Received] = []
        self._address, self._request, self._last = address, request, last
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    @property
    def ids(self) -> list[str]:
        return [event.id for event in self.received]

    def join(self) -> None:
        self._thread.join(timeout=15)
        assert not self._thread.is_alive()

    def _read(self) -> None:
        headers = {"Authorization": f"Bearer {DEV_TOKEN}"} | ({"Last-Event-ID": self._last} if self._last else {})
        try:
            with httpx.stream(
                "GET", self._address + path_of(self._request), headers=headers, timeout=20, trust_env=False
            ) as response:
                for event in read_stream(response.iter_lines()):
                    self.received.append(event)
        except httpx.TransportError:
            pass  # killed: what came until then stays


@contextmanager
def api_process(home: Path, database_url: str, redis_url: str) -> Iterator[tuple[str, int]]:
    """A running API process; its address and pid."""
    settings = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "DEV_TOKEN": DEV_TOKEN}
    kept = home / "run" / "api.port"
    kept.unlink(missing_ok=True)
    with running(home, DMA_HOST="127.0.0.1", DMA_LOG_LEVEL="error", **settings) as process:
        # The file is there before the number is in it.
        wait_until(lambda: kept.is_file() and kept.read_text().strip(), seconds=40, what="the API's port")
        address = f"http://127.0.0.1:{kept.read_text().strip()}"
        wait_until(lambda: _answers(address), seconds=40)
        yield address, process.pid


def _answers(address: str) -> bool:
    try:
        return httpx.get(address + "/healthz", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_a_reader_goes_on_exactly_where_it_was_after_the_api_is_killed(
    tmp_path: Path, database: Database, database_url: str, redis_url: str
) -> None:
    request = accepted(database)
    with database.transaction() as tx:  # the API is started twice, which may take its time
        tx.execute("UPDATE requests SET deadline_at = deadline_at + interval '10 minutes' WHERE id = %s", (request,))
    claim = claimed(database, request)
    tell(database, claim, 0, "layout")
    with api_process(tmp_path, database_url, redis_url) as (address, pid):
        readers = [Reader(address, request) for _ in range(3)]
        wait_until(lambda: all(reader.ids == ["1.begin", "1.0"] for reader in readers))
        tell(database, claim, 1)
        wait_until(lambda: all(reader.ids[2:] == ["1.1"] for reader in readers))
        os.kill(pid, signal.SIGKILL)
        for reader in readers:
            reader.join()
    tell(database, claim, 2)
    with api_process(tmp_path, database_url, redis_url) as (address, _):
        again = [Reader(address, request, last=reader.ids[-1]) for reader in readers]
        wait_until(lambda: all(reader.ids == ["1.2"] for reader in again))
        finish(database, claim)
        complete(database, request)
        for reader in again:
            reader.join()

    assert {("1.2", "1.end", "end")} == {tuple(reader.ids) for reader in again}
