"""A whole DMA under load, to be broken and then judged by the checker."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import psycopg
from psycopg.rows import dict_row

from bus import StreamsBroker
from contracts.queues import Queue
from core.failpoints import VARIABLE
from core.ids import parse_id
from core.locate import read_announcement
from orchestrator.broker import build_broker
from store.steps import MAX_CRASHES
from tests.reliability.checker import Evidence, violations
from tests.reliability.history import History
from tests.reliability.model import TERMINAL
from tests.support.installation import CAMPAIGN, Installation, wait_until

PROMPTS = (
    "What is the THAC0 of a 5th level fighter with strength 18?",
    "Create a dwarven blacksmith named Borin",
    "Describe the ancient dwarven hall",
    "Store a tavern called The Gilded Eel: smoky, run by twins",
)
CLIENTS = 8
PATIENCE_SECONDS = 75.0
REST_SECONDS = 30.0


class FailingInstallation(Installation):
    """One whose processes have failpoints."""

    @property
    def failpoints(self) -> Path:
        return self.home.with_name("failpoints")

    def environment(self) -> dict[str, str]:
        self.failpoints.mkdir(exist_ok=True)
        return super().environment() | {VARIABLE: str(self.failpoints)}


class Rig:
    """Clients of one installation, and the ways to break it.

    Args:
        installation: Started.
        seed: Decides what the clients ask for.
    """

    def __init__(self, installation: FailingInstallation, seed: int) -> None:
        self.dma = installation
        self.history = History(installation.home.with_name("history.jsonl"))
        self.poison: set[str] = set()
        self.deaths = 0
        self.random = random.Random(seed)
        self.http = installation.client()
        announced = read_announcement(installation.home)
        assert announced is not None
        self.database_url = announced.database_url
        self.broker: StreamsBroker = build_broker(announced.redis_url)

    def close(self) -> None:
        self.http.close()
        self.broker.close()

    # Breaking -------------------------------------------------------------------------------------------------------

    def arm(self, point: str, action: str = "kill") -> None:
        """Have the first process that comes to this failpoint do this: die, or stand still as if it had died."""
        self.deaths += 1
        (self.dma.failpoints / point).write_text(action)

    @contextmanager
    def only_the_poisoned_fail(self, deed: str, word: str) -> Iterator[None]:
        """Have every step whose prompt holds this word do this, until the block ends; no other request may fail."""
        point = self.dma.failpoints / "worker.thinks"
        point.write_text(f"{deed} {word}")
        before = self.failed().keys()
        yield
        point.unlink()
        failed = {request: told for request, told in self.failed().items() if request not in before}
        assert failed
        beside = {request: told for request, told in failed.items() if word not in told[0]}
        assert not beside, f"others failed too: {beside}\n" + "\n".join(self.dma.lines_of(*beside))

    def armed(self) -> list[str]:
        """Points that nobody has come to."""
        return [path.name for path in self.dma.failpoints.iterdir() if not path.suffix[1:].isdigit()]

    def stopped(self) -> list[psutil.Process]:
        """Processes that stand still."""
        return [process for process in self.dma.family() if _is_stopped(process)]

    # Load -----------------------------------------------------------------------------------------------------------

    @contextmanager
    def load(self, count: int) -> Iterator[None]:
        """Let clients send `count` calls, 80 % prompts and 20 % entities, while the block runs; then wait for all.

        Every prompt is polled to its end.
        """
        calls = [self._prompt if self.random.random() < 0.8 else self._entity for _ in range(count)]
        with ThreadPoolExecutor(CLIENTS) as clients:
            working = [clients.submit(call, self.random.choice(PROMPTS)) for call in calls]
            yield
            for one in working:
                one.result(timeout=PATIENCE_SECONDS + 30)

    def send(self, prompt: str, *, key: str | None = None, timeout_ms: int = 60_000) -> str:
        """Send a prompt as often as it takes; its request id."""
        key = key or uuid.uuid4().hex
        body = {"prompt": prompt, "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": timeout_ms}}
        answer = self._call(
            "prompt", lambda: self.http.post("/v1/prompts", json=body, headers={"Idempotency-Key": key}), key=key
        )
        request_id = str(answer.json()["request_id"])
        self.history.note("ok", "prompt", key=key, request_id=request_id, code=answer.status_code)
        return request_id

    def send_until_refused(self, prompt: str, *, most: int) -> list[str]:
        """Send prompts until there is no room for one, which must be said as it is; the ids of those accepted."""
        sent: list[str] = []
        body = {"prompt": prompt, "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": 60_000}}
        while len(sent) < most:
            key = uuid.uuid4().hex
            self.history.note("invoke", "prompt", key=key)
            answer = self.http.post("/v1/prompts", json=body, headers={"Idempotency-Key": key})
            if answer.status_code == 503:
                self.history.note("info", "prompt", code=503, is_problem=_is_problem(answer), key=key)
                assert ("queue_full", True) == (answer.json()["code"], int(answer.headers["retry-after"]) > 0)
                return sent
            sent.append(str(answer.json()["request_id"]))
            self.history.note("ok", "prompt", key=key, request_id=sent[-1], code=answer.status_code)
        raise AssertionError(f"{most} more were accepted")

    def end_of(self, request_id: str) -> dict[str, Any]:
        """Poll a request until it has ended."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self._call("poll", lambda: self.http.get(f"/v1/prompts/{request_id}"), request_id=request_id)
            view: dict[str, Any] = answer.json()
            self.history.note("ok", "poll", request_id=request_id, status=view["status"], code=answer.status_code)
            if view["status"] in TERMINAL:
                return view
            assert time.monotonic() < until, f"not ended: {view}\n{self.dma.tail()}"
            time.sleep(0.1)

    def _prompt(self, prompt: str) -> None:
        self.end_of(self.send(prompt))

    def _entity(self, _: str) -> None:
        key = uuid.uuid4().hex
        body = {"name": f"Thing {key[:8]}", "campaign_id": CAMPAIGN}
        answer = self._call(
            "create",
            lambda: self.http.post("/v1/entities/faction", json=body, headers={"Idempotency-Key": key}),
            key=key,
        )
        made = answer.json()["id"]
        self.history.note("ok", "create", entity_id=_bare(made), code=answer.status_code)
        change = {"description": f"change {key}"}
        try:
            changed = self.http.put(f"/v1/entities/faction/{made}", json=change, headers={"If-Match": "1"})
        except httpx.TransportError:
            self.history.note("info", "change", entity_id=_bare(made))
            return
        kind = "ok" if changed.status_code == 200 else "fail"
        facts = {"code": changed.status_code, "is_problem": _is_problem(changed), **change}
        self.history.note(kind, "change", entity_id=_bare(made), **facts)

    def _call(self, name: str, send: Callable[[], httpx.Response], **facts: Any) -> httpx.Response:
        """Repeat a call whose outcome is unknown, or that was refused for now, as a good client does."""
        until = time.monotonic() + PATIENCE_SECONDS  # who is killed again and again is started after a pause that grows
        self.history.note("invoke", name, **facts)
        while True:
            try:
                answer = send()
            except httpx.TransportError as error:
                self.history.note("info", name, error=type(error).__name__, **facts)
            else:
                if answer.status_code < 300:
                    return answer
                self.history.note("info", name, code=answer.status_code, is_problem=_is_problem(answer), **facts)
                assert answer.status_code in {409, 502, 503, 504}, answer.text
            assert time.monotonic() < until, f"{name} was never answered\n{self.dma.tail()}"
            time.sleep(0.2)

    # Judging --------------------------------------------------------------------------------------------------------

    def judge(self) -> None:
        """Wait until all has come to rest and both servers answer, then let the checker look."""
        found = violations(self.evidence_at_rest())
        assert [] == found, "\n".join([*found, self.dma.tail()])

    def evidence_at_rest(self) -> Evidence:
        """Everything there is to know, read while nothing moved: what is embedded meanwhile is a message too."""
        until = time.monotonic() + REST_SECONDS
        while True:
            wait_until(lambda: not any(self.queues().values()), REST_SECONDS, describe=lambda: str(self.queues()))
            wait_until(self._database_answers, REST_SECONDS, describe=self.dma.tail)
            evidence = self.evidence()
            if not any(evidence.queues.values()) or time.monotonic() > until:
                return evidence

    def failed(self) -> dict[str, tuple[str, str]]:
        """Requests that have failed so far: their prompts, and why."""
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            rows = self._rows(connection, _FAILED)
        return {_public(row["id"]): (row["prompt"], row["why"]) for row in rows}

    def overtaken(self, sent: Sequence[str]) -> int:
        """By how many places at most the start of one of these is behind its acceptance.

        Those whose deadline passed in the backlog were not started; on a machine that is full that may be all of them.
        """
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            ids = [parse_id(request_id) for request_id in sent]
            rows = connection.execute(_STARTED, (ids,)).fetchall()
        return max((place - row["accepted"] for place, row in enumerate(rows, start=1)), default=0)

    def queues(self) -> dict[str, int]:
        """Messages that are ready, in flight or delayed."""
        return {queue.value: self.broker.unfinished(queue.value) for queue in Queue}

    def _database_answers(self) -> bool:
        try:
            psycopg.connect(self.database_url).close()
        except psycopg.OperationalError:
            return False
        return True

    def evidence(self) -> Evidence:
        """Everything there is to know of all runs so far."""
        with psycopg.connect(self.database_url, row_factory=dict_row) as connection:
            requests = self._rows(connection, _REQUESTS)
            transitions = self._rows(connection, "SELECT * FROM transitions ORDER BY request_id, id")
            entities = self._rows(connection, "SELECT id, request_id FROM entities WHERE request_id IS NOT NULL")
            versions: dict[str, list[tuple[int, str]]] = {}
            for row in self._rows(connection, "SELECT * FROM entity_versions ORDER BY entity_id, version"):
                versions.setdefault(row["entity_id"].hex, []).append((row["version"], row["description"]))
            keys = self._rows(connection, "SELECT key, body FROM idempotency_keys WHERE route = 'POST /v1/prompts'")
        dead = self._dead()
        return Evidence(
            history=self.history.lines,
            requests=[_request(row) for row in requests],
            transitions=[(_public(row["request_id"]), row["step_no"], row["state"]) for row in transitions],
            entities=[{"id": row["id"].hex, "request_id": _public(row["request_id"])} for row in entities],
            versions=versions,
            keys={row["key"]: row["body"]["request_id"] for row in keys},
            queues=self.queues(),
            dead=dead,
            poison=self.poison | self._buried(dead),
        )

    def _rows(self, connection: psycopg.Connection[Any], query: str) -> Sequence[dict[str, Any]]:
        return connection.execute(query).fetchall()  # type: ignore[arg-type]

    def _buried(self, dead: dict[str, tuple[str, int, bool]]) -> set[str]:
        """Who met three deaths and was buried, as promised; none when there are more than all deaths explain."""
        buried = {request for request, (error, _, _) in dead.items() if error.startswith("MessageCrashed")}
        return buried if len(buried) <= self.deaths // MAX_CRASHES else set()

    def _dead(self) -> dict[str, tuple[str, int, bool]]:
        letters = [letter for queue in Queue for letter in self.broker.dead_letters(queue.value, count=1000)]
        return {
            letter.message.options["correlation_id"]: (letter.error or letter.reason, letter.attempts, True)
            for letter in letters
            if letter.message is not None and "correlation_id" in letter.message.options
        }


_REQUESTS = """
SELECT id, status, timeout_ms, result, error, extract(epoch FROM completed_at - created_at)::float8 AS seconds
FROM requests
"""


_STARTED = """
SELECT row_number() OVER (ORDER BY created_at) AS accepted FROM requests
WHERE id = ANY(%s) AND started_at IS NOT NULL ORDER BY started_at
"""


_FAILED = "SELECT id, prompt, error->>'detail' AS why FROM requests WHERE status = 'failed'"


def _request(row: dict[str, Any]) -> dict[str, Any]:
    shown = dict(row, id=_public(row["id"]))
    for part in ("result", "error"):
        if shown[part] and "entities_created" in shown[part]:
            shown[part] = {**shown[part], "entities_created": [_bare(each) for each in shown[part]["entities_created"]]}
    return shown


def _is_stopped(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def _public(request_id: uuid.UUID) -> str:
    return f"req_{request_id.hex}"


def _bare(entity_id: str) -> str:
    return entity_id.rpartition("_")[2]


def _is_problem(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "") == "application/problem+json"
