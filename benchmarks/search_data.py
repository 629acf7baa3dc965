"""The search set in a database, and how well a ranking answers its questions.

benchmarks/search_set/ holds the entities of one campaign and questions of five kinds, each with the entities that
answer it, graded 1 (has to do with it) to 3 (is what was asked for). Half A is for fitting weights, half B for
reporting.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path
from statistics import mean
from typing import Literal, NamedTuple
from uuid import UUID, uuid5

import psycopg

from contracts.entities import EntityType
from services.postgres import EmbeddedPostgres
from store.campaigns import ensure_campaign
from store.database import Database
from store.embedding import Embedder
from store.embeddings import texts_to_embed
from store.entities import create_entity
from store.migrate import migrate
from tests.support.servers import FAST_POSTGRES, temporary_home
from workers.scribe.embedding import EmbeddingKeeper

FOLDER = Path(__file__).with_name("search_set")
KINDS = ("exact", "partial", "misspelled", "paraphrase", "attribute")
CAMPAIGN = UUID("5ea7c400-0000-4000-8000-000000000001")
PRINCIPAL = "user:dm"
CUT = 10

Half = Literal["A", "B"]
Ranking = Callable[[str], Sequence[UUID]]
"""From a query to entities, the best first."""


@dataclass(frozen=True)
class Question:
    """A query and the entities that answer it, with their grades 1 to 3."""

    query: str
    kind: str
    half: Half
    grades: Mapping[UUID, int]


class Quality(NamedTuple):
    """How well rankings answer questions: means over them, each from 0 to 1.

    Attributes:
        recall: Of all that has to do with a question (grades 1 to 3).
        recall_of_answers: Of what answers it (grades 2 and 3).
    """

    ndcg: float
    recall: float
    recall_of_answers: float


def read_questions(half: Half | None = None) -> list[Question]:
    """The questions of one half or of both."""
    read = json.loads((FOLDER / "queries.json").read_bytes())
    questions = [
        Question(each["query"], each["kind"], each["half"], {id_of(key): n for key, n in each["relevant"].items()})
        for each in read
    ]
    return [question for question in questions if half in {None, question.half}]


def id_of(key: str) -> UUID:
    """The id of an entity of the set."""
    return uuid5(CAMPAIGN, key)


def quality_of(ranking: Ranking, questions: Sequence[Question]) -> Quality:
    """The means of nDCG and recall over the first ten."""
    found = [(question, list(ranking(question.query))[:CUT]) for question in questions]
    return Quality(
        mean(ndcg(*each) for each in found),
        mean(recall(*each, least_grade=1) for each in found),
        mean(recall(*each, least_grade=2) for each in found),
    )


def ndcg(question: Question, found: Sequence[UUID]) -> float:
    """Discounted gain of a ranking over that of the best one; a grade gains 2**grade - 1."""
    return gain([question.grades.get(each, 0) for each in found]) / gain(
        sorted(question.grades.values(), reverse=True)[:CUT]
    )


def gain(grades: Sequence[int]) -> float:
    """Discounted cumulative gain of grades in their order."""
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def recall(question: Question, found: Sequence[UUID], *, least_grade: int) -> float:
    """The share of the entities of this grade and above which stand in the ranking."""
    wanted = {entity_id for entity_id, grade in question.grades.items() if grade >= least_grade}
    return len(wanted.intersection(found)) / min(CUT, len(wanted))


@contextmanager
def search_database(embedder: Embedder) -> Iterator[Database]:
    """A server of its own with the set in it, every entity with its vector."""
    with temporary_home() as home:
        server = EmbeddedPostgres(home, settings=FAST_POSTGRES)
        server.start()
        try:
            with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE DATABASE search_set")
            migrate(server.url("search_set"))
            database = Database(server.url("search_set"), application_name="dma-benchmarks")
            database.open()
            load(database)
            embed_all(database, embedder, CAMPAIGN)
            yield database
            database.close()
        finally:
            server.stop()


def load(database: Database) -> None:
    """Write the set's entities."""
    with database.transaction() as tx:
        ensure_campaign(tx, CAMPAIGN, "The Grey Sound", PRINCIPAL)
        for each in json.loads((FOLDER / "entities.json").read_bytes()):
            create_entity(
                tx,
                campaign_id=CAMPAIGN,
                type=EntityType(each["type"]),
                name=each["name"],
                description=each["description"],
                attributes=each["attributes"],
                principal=PRINCIPAL,
                entity_id=id_of(each["key"]),
            )


def embed_all(database: Database, embedder: Embedder, campaign_id: UUID) -> None:
    """Give everything that waits its vector."""
    EmbeddingKeeper(database, embedder, budget_seconds=600).embed_campaign(campaign_id)
    with database.transaction() as tx:
        assert not texts_to_embed(tx, campaign_id, limit=1)
        tx.execute("ANALYZE")
