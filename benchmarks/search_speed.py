"""Search and entities over HTTP, alone and with eight clients at once, each beside the same SQL in a bare loop.

The campaign has 10,000 entities, the table 100,000; texts and vectors are variations of the search set's. Queries are
the set's questions, made different at every round so that no vector is remembered. DMA_BENCH_ENTITIES sets another
number of entities for each of the ten campaigns.
"""

import http.client
import itertools
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import quantiles
from threading import local
from typing import Any, Final
from uuid import UUID, uuid5

import numpy as np
import psycopg
from psycopg.rows import dict_row

from benchmarks.search_data import CAMPAIGN, FOLDER, read_questions
from contracts.entities import EntityType
from core.ids import new_uuid
from core.locate import service_urls
from core.settings import load_settings
from store.database import Transaction
from store.embedding import Embedder, make_embedder
from store.embeddings import as_halfvec
from store.entities import EntityChanges, create_entity, get_entity, update_entity
from store.search import QueryVector, search_entities
from tests.end_to_end.conftest import free_port
from tests.support.installation import Installation, installed
from tests.support.servers import temporary_home

CLIENTS = 8
CAMPAIGNS = 10
ENTITIES = int(os.environ.get("DMA_BENCH_ENTITIES", "10000"))
DM: Final = "user:dm"
SPELLINGS: Final = ("", " please", " again", " now", " in the campaign", " that we met")


@dataclass(frozen=True, slots=True)
class Row:
    """One row: an operation, by how many clients, how often in all, and its goals in milliseconds.

    Short operations are measured so often that a percentile does not hang on one moment in which all eight waited.
    """

    operation: str
    clients: int
    rounds: int
    p50_goal: float | None
    p99_goal: float


ROWS: Final = (
    Row("search", 1, 400, 15.0, 50.0),
    Row("search", CLIENTS, 400, 15.0, 50.0),
    Row("read", CLIENTS, 1600, None, 10.0),
    Row("create", CLIENTS, 1600, None, 30.0),
    Row("update", CLIENTS, 1600, None, 30.0),
)
TIMES_BARE: Final = 2.0
"""What counts instead on a machine where other work disturbs both, such as seven other clients on two processors."""

Operation = Callable[[int], None]


def measure() -> Iterator[tuple[str, ...]]:
    """Milliseconds at the 50th and 99th percentile, the bare loop's, and whether the goals are held."""
    yield ("operation", "clients", "p50 ms", "p99 ms", "bare p50 ms", "bare p99 ms", "verdict")
    embedder = make_embedder()
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        url = service_urls(load_settings(_env_file=None, home=installation.home)).database_url
        ids = fill(url, embedder)
        over_http, bare = Http(installation, ids), Bare(url, embedder, ids)
        for row in ROWS:
            with ThreadPoolExecutor(row.clients) as clients:
                ours, theirs = (
                    measured(clients, getattr(each, row.operation), row.rounds) for each in (over_http, bare)
                )
            numbers = (f"{value:.1f}" for value in (*ours, *theirs))
            yield (row.operation, str(row.clients), *numbers, verdict(row, ours, theirs))


def measured(clients: ThreadPoolExecutor, operation: Operation, rounds: int) -> tuple[float, float]:
    """Milliseconds at the 50th and 99th percentile of so many, after a few that do not count."""
    run(clients, operation, rounds=50)
    return percentiles(run(clients, operation, rounds=rounds))


def verdict(row: Row, ours: tuple[float, float], theirs: tuple[float, float]) -> str:
    """Which goals are missed, or `held`, and whether it was by the bare loop's time."""
    missed, is_by_bare = [], False
    for name, goal, value, bare in zip(("p50", "p99"), (row.p50_goal, row.p99_goal), ours, theirs, strict=True):
        if goal is None or value <= goal:
            continue
        is_by_bare = True
        if value > TIMES_BARE * bare:
            missed.append(f"{name} {goal:g} ms")
    if missed:
        return f"missed: {', '.join(missed)}"
    return f"held: {TIMES_BARE:g} times bare" if is_by_bare else "held"


def run(clients: ThreadPoolExecutor, operation: Operation, *, rounds: int) -> list[float]:
    """Perform an operation so often in all, from all clients; returns the seconds of each.

    The clients' threads go on from one run to the next, and with them their connections.
    """

    def timed(number: int) -> float:
        started = time.perf_counter()
        operation(number)
        return time.perf_counter() - started

    return list(clients.map(timed, range(rounds)))


def percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Milliseconds at the 50th and 99th percentile."""
    cuts = quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000


class Queries:
    """The set's questions, each time a little different."""

    def __init__(self) -> None:
        self._counter = itertools.count()
        self._questions = [question.query for question in read_questions()]

    def next(self) -> str:
        """Another query that was not asked before."""
        number = next(self._counter)
        question = self._questions[number % len(self._questions)]
        return f"{question}{SPELLINGS[number // len(self._questions) % len(SPELLINGS)]} {number}"


class Http:
    """The operations as a client performs them."""

    def __init__(self, installation: Installation, ids: Sequence[UUID]) -> None:
        self._installation, self._ids, self._queries = installation, ids, Queries()
        self._headers = {"Authorization": f"Bearer {installation.dev_token}"}
        self._own = local()

    def search(self, number: int) -> None:
        """One search."""
        body = {"query": self._queries.next(), "campaign_id": str(CAMPAIGN)}
        self._send("POST", "/v1/search", body)

    def read(self, number: int) -> None:
        """One entity."""
        self._send("GET", f"/v1/entities/npc/{self._ids[number * 7919 % len(self._ids)]}")

    def create(self, number: int) -> None:
        """One new entity."""
        body = {"name": f"Guard {number}", "description": "Watches the gate.", "campaign_id": str(CAMPAIGN)}
        self._send("POST", "/v1/entities/npc", body)

    def update(self, number: int) -> None:
        """One change, of an entity that nobody else changes."""
        path = f"/v1/entities/npc/{self._ids[number]}"
        self._send("PUT", path, {"description": f"Changed {number}."}, **{"If-Match": "*"})

    def _send(self, method: str, path: str, body: dict[str, Any] | None = None, **headers: str) -> None:
        """By a connection of this thread, without the weight of a client library: that would measure itself."""
        if not hasattr(self._own, "connection"):
            self._own.connection = http.client.HTTPConnection("127.0.0.1", self._installation.port, timeout=30)
        connection: http.client.HTTPConnection = self._own.connection
        content = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json"} if content else {}
        connection.request(method, path, content, self._headers | sent | headers)
        with connection.getresponse() as answer:
            text = answer.read()
        assert answer.status in {200, 201}, text


class Bare:
    """The same SQL without anything around it: a connection for each client, and vectors that are made already."""

    def __init__(self, url: str, embedder: Embedder, ids: Sequence[UUID]) -> None:
        self._url, self._ids, self._queries = url, ids, Queries()
        asked = [question.query for question in read_questions()]
        self._vectors = [QueryVector(embedder.model, row) for row in embedder.embed(asked).tolist()]
        self._own = local()

    def search(self, number: int) -> None:
        """One search."""
        vector = self._vectors[number % len(self._vectors)]
        self._do(lambda tx: search_entities(tx, DM, CAMPAIGN, self._queries.next(), vector=vector))

    def read(self, number: int) -> None:
        """One entity."""
        self._do(lambda tx: get_entity(tx, self._ids[number * 7919 % len(self._ids)], DM))

    def create(self, number: int) -> None:
        """One new entity."""
        given: dict[str, Any] = {"campaign_id": CAMPAIGN, "type": EntityType.NPC, "principal": DM}
        self._do(lambda tx: create_entity(tx, name=f"Guard {number}", description="Watches the gate.", **given))

    def update(self, number: int) -> None:
        """One change, of an entity that nobody else changes."""
        changes = EntityChanges(description=f"Changed {number} again.")
        given: dict[str, Any] = {"type": EntityType.NPC, "expected_version": None, "changes": changes}
        self._do(lambda tx: update_entity(tx, self._ids[number], DM, **given))

    def _do(self, work: Callable[[Transaction], object]) -> None:
        if not hasattr(self._own, "connection"):
            self._own.connection = psycopg.connect(self._url, row_factory=dict_row)
        connection: Transaction = self._own.connection
        with connection.transaction():
            work(connection)


def fill(url: str, embedder: Embedder) -> list[UUID]:
    """Ten campaigns of the same size; returns the ids of the persons in the one that is searched."""
    texts = json.loads((FOLDER / "entities.json").read_bytes())
    known = embedder.embed([f"{each['type']}: {each['name']}. {each['description']}" for each in texts])
    chance = np.random.default_rng(1)
    persons: list[UUID] = []
    with psycopg.connect(url) as connection:
        connection.execute("ALTER TABLE entities DISABLE TRIGGER USER")
        for number in range(CAMPAIGNS):
            campaign = CAMPAIGN if number == 0 else new_uuid()
            connection.execute("INSERT INTO campaigns (id, name) VALUES (%s, %s)", (campaign, f"Campaign {number}"))
            connection.execute("INSERT INTO memberships VALUES (%s, %s, 'owner')", (campaign, DM))
            rows = list(_rows(campaign, texts, chance))
            _copy(connection, campaign, rows, known, embedder.model, chance)
            persons += [row[0] for row in rows if number == 0 and row[2] == "npc"]
        connection.execute("ALTER TABLE entities ENABLE TRIGGER USER")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
    return persons


def _rows(campaign: UUID, texts: Sequence[dict[str, Any]], chance: np.random.Generator) -> Iterator[tuple[Any, ...]]:
    """Entities made of one entity's name, another's description and a third's attributes."""
    for number in range(ENTITIES):
        name, text, more = (texts[int(index)] for index in chance.integers(len(texts), size=3))
        kind = "npc" if number % 4 == 0 else more["type"]
        attributes = json.dumps(more["attributes"])
        yield (
            uuid5(campaign, str(number)),
            campaign,
            kind,
            f"{name['name']} {number}",
            text["description"],
            attributes,
        )


def _copy(
    connection: psycopg.Connection[Any],
    campaign: UUID,
    rows: Sequence[tuple[Any, ...]],
    known: Any,
    model: str,
    chance: np.random.Generator,
) -> None:
    columns = "id, campaign_id, type, name, description, attributes, created_by"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY entities ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row((*row, DM))
        into = "entity_id, campaign_id, model, content_hash, embedding"
        with cursor.copy(f"COPY entity_embeddings ({into}) FROM STDIN") as copy:
            for row in rows:
                vector = known[int(chance.integers(len(known)))] + chance.normal(scale=0.03, size=known.shape[1])
                copy.write_row((row[0], campaign, model, b"", as_halfvec(vector / np.linalg.norm(vector))))
