"""How well search finds what is meant, beside each of its parts alone, on the half of the search set kept for this.

The parts are as good as they are alone: full text with any of the words, ranked by how many and where; trigrams of the
name as a whole and in part; vectors of "type: name. description".
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, LiteralString
from uuid import UUID

from benchmarks.search_data import (
    CAMPAIGN,
    CUT,
    KINDS,
    PRINCIPAL,
    Quality,
    Question,
    Ranking,
    quality_of,
    read_questions,
    search_database,
)
from store.database import Database
from store.embedding import Embedder, make_embedder
from store.embeddings import as_halfvec
from store.finder import Finder

NDCG = 0.88
RECALL = 0.95
MISSPELLED_NDCG = 0.90

OURS = "search"
ALONE: Final[Mapping[str, LiteralString]] = {
    "full text alone": """
        SELECT id FROM entities, (
            SELECT replace(plainto_tsquery('campaign_text', %(query)s)::text, ' & ', ' | ')::tsquery AS words
        ) asked
        WHERE campaign_id = %(campaign_id)s AND fts @@ words
        ORDER BY ts_rank('{0.5, 0.6, 0.7, 1.0}', fts, words) DESC, id LIMIT %(limit)s""",
    "trigrams alone": """
        SELECT id FROM entities WHERE campaign_id = %(campaign_id)s
        ORDER BY greatest(similarity(plain_name, %(query)s), word_similarity(%(query)s, plain_name)) DESC, id
        LIMIT %(limit)s""",
    "vectors alone": """
        SELECT entity_id AS id FROM entity_embeddings WHERE campaign_id = %(campaign_id)s
        ORDER BY embedding <=> %(vector)s::halfvec(384), id LIMIT %(limit)s""",
}


def measure() -> Iterator[tuple[str, ...]]:
    """nDCG@10 for all questions and for each kind, recall@10, and whether the goals are held."""
    embedder = make_embedder()
    questions = read_questions("B")
    yield ("ranking", "nDCG@10", *KINDS, "recall@10 (grades 2, 3)", "(grades 1 to 3)", "verdict")
    with search_database(embedder) as database:
        rankings = {OURS: _ours(database, embedder)} | {
            name: _alone(database, embedder, statement) for name, statement in ALONE.items()
        }
        qualities = {name: _qualities(ranking, questions) for name, ranking in rankings.items()}
    for name, found in qualities.items():
        total = found["all"]
        yield (
            name,
            f"{total.ndcg:.3f}",
            *(f"{found[kind].ndcg:.3f}" for kind in KINDS),
            f"{total.recall_of_answers:.3f}",
            f"{total.recall:.3f}",
            _verdict(qualities) if name == OURS else "",
        )


def _qualities(ranking: Ranking, questions: list[Question]) -> dict[str, Quality]:
    groups = {kind: [question for question in questions if question.kind == kind] for kind in KINDS}
    return {name: quality_of(ranking, group) for name, group in {"all": questions, **groups}.items()}


def _verdict(qualities: Mapping[str, Mapping[str, Quality]]) -> str:
    ours = qualities[OURS]
    goals = {
        f"nDCG {NDCG}": ours["all"].ndcg >= NDCG,
        f"recall {RECALL}": ours["all"].recall_of_answers >= RECALL,
        f"misspelled {MISSPELLED_NDCG}": ours["misspelled"].ndcg >= MISSPELLED_NDCG,
    } | {f"better than {name}": ours["all"].ndcg > qualities[name]["all"].ndcg for name in ALONE}
    missed = [goal for goal, is_held in goals.items() if not is_held]
    return f"missed: {', '.join(missed)}" if missed else "held"


def _ours(database: Database, embedder: Embedder) -> Ranking:
    finder = Finder(database, embedder)

    def rank(query: str) -> list[UUID]:
        return [hit.uuid for hit in finder.find(PRINCIPAL, CAMPAIGN, query, limit=CUT).results]

    return rank


def _alone(database: Database, embedder: Embedder, statement: LiteralString) -> Ranking:
    def rank(query: str) -> list[UUID]:
        given: dict[str, Any] = {"query": query, "campaign_id": CAMPAIGN, "limit": CUT}
        given["vector"] = as_halfvec(embedder.embed([query])[0].tolist())
        with database.transaction() as tx:
            return [row["id"] for row in tx.execute(statement, given).fetchall()]

    return rank
