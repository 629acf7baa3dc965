"""Fit the weights of the search on half A of the search set: `python -m benchmarks.search_fit`.

What is printed last is what store.search.FITTED should be. Every combination of the grid is tried on the same evidence,
which the search itself gives when everything weighs 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from uuid import UUID

from benchmarks.search_data import CAMPAIGN, PRINCIPAL, Quality, Question, quality_of, read_questions, search_database
from store.database import Database
from store.embedding import Embedder, make_embedder
from store.search import FITTED, Filters, QueryVector, Weights, search_entities

GRID = {
    "word": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5),
    "text": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    "meaning": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
}
EVERYTHING = Weights(word=1.0, text=1.0, meaning=1.0)


@dataclass(frozen=True)
class Seen:
    """What the search knows of one entity for one query, unweighed."""

    entity_id: UUID
    name: float
    word: float
    text: float
    cosine: float

    def score(self, weights: Weights) -> float:
        """The score that the search would give it; see store.search."""
        rest = (1 - weights.word * self.word) * (1 - weights.text * self.text) * (1 - weights.meaning * self.cosine)
        return 1 - (1 - self.name) * rest


def gather(database: Database, embedder: Embedder, questions: Sequence[Question]) -> dict[str, list[Seen]]:
    """The evidence for every question."""
    return {question.query: list(_seen(database, embedder, question.query)) for question in questions}


def _seen(database: Database, embedder: Embedder, query: str) -> Iterator[Seen]:
    vector = QueryVector(embedder.model, embedder.embed([query])[0].tolist())
    with database.transaction() as tx:
        found = search_entities(
            tx, PRINCIPAL, CAMPAIGN, query, limit=1000, filters=Filters(), vector=vector, weights=EVERYTHING
        )
    for hit in found.results:
        assert hit.evidence is not None
        yield Seen(hit.uuid, hit.evidence.name, hit.evidence.word, hit.evidence.text, hit.evidence.meaning)


def rank(seen: Sequence[Seen], weights: Weights) -> list[UUID]:
    """The entities in the order of their scores."""
    return [each.entity_id for each in sorted(seen, key=lambda each: (-each.score(weights), each.entity_id))]


def main() -> None:
    """Try the grid on half A and print its best, and what that gives on half B."""
    embedder = make_embedder()
    with search_database(embedder) as database:
        seen = gather(database, embedder, read_questions())
    fitting = read_questions("A")
    tried = [Weights(*values) for values in product(*GRID.values())]

    def quality(weights: Weights, half: list[Question]) -> Quality:
        return quality_of(lambda query: rank(seen[query], weights), half)

    ranked = sorted(tried, key=lambda weights: sum(quality(weights, fitting)[:2]), reverse=True)
    print("best on half A, by nDCG@10 and recall@10:")
    for weights in [*ranked[:10], FITTED]:
        print(f"  {shown(quality(weights, fitting))}  {weights}{' (now)' if weights == FITTED else ''}")
    best = ranked[0]
    print(f"the best on half B: {shown(quality(best, read_questions('B')))}")


def shown(quality: Quality) -> str:
    """For the terminal."""
    return f"nDCG@10 {quality.ndcg:.4f}, recall@10 {quality.recall:.4f}"


if __name__ == "__main__":
    main()
