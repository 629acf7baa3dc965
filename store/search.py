"""Search of campaign memory: half a name, a misspelled one, words of a text, or what it means (R32, R33, C37).

The score is 1 - (1 - name)(1 - word)(1 - text)(1 - meaning) over four pieces of evidence, each from 0 to its weight, so
that agreement lifts a hit and none of them can sink it:

    name     trigram likeness of the whole name to the query                   up to 1.0
    meaning  cosine of the query's vector and the entity's                     up to 0.9
    text     share of the query's words found, names count most                up to 0.9
    word     best likeness of one of the query's words to the name             up to 0.1

An entity matches when its name, its texts or its meaning come near enough to the query. One that has no vector yet is
found by the others; so is everything when the query comes without a vector. A query with "quoted words" or a -word is
taken by the letter: only texts that satisfy it match. Secrets are in no text, no vector and no index, and readers find
no drafts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from core.ids import prefixed
from store.campaigns import Role, require_member
from store.database import Transaction
from store.embeddings import Vector, as_halfvec
from store.entity_rows import State
from store.entity_values import normal_tags
from store.highlights import OPTIONS, Highlight, read_highlights
from store.search_sql import HIGHLIGHTS, PREPARE, search_statement
from store.values import check_text
from store.vector_indexes import index_name

MAX_QUERY: Final = 5000
_BY_THE_LETTER: Final = re.compile(r'"[^"]+"|(?:^|\s)-[^\W\d]')
_WORD: Final = re.compile(r"[^\W_]{4,}")
_MAX_WORDS: Final = 32
"""Longer queries are prose; their first words name what they are about."""
_FEW_WORDS: Final = 3
"""Up to here each word may be a name spelled badly: one wrong letter in five leaves a likeness of a third. In a
sentence that much tolerance would find everything."""


_MOST_NAME_WORDS: Final = 8
"""A longer query is no name, as a whole; the names in it are found by their words."""


_CONSIDERED: Final = 40
"""The best of each way that are weighed, or as many as are wanted when that is more."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each piece of evidence weighs; fitted by `python -m benchmarks.search_fit` on half of the search set.

    Attributes:
        least_cosine: Texts that are less alike than this do not match by their meaning alone. Not fitted: below it
            nearly everything is chance.
    """

    word: float = 0.1
    text: float = 0.9
    meaning: float = 0.9
    least_cosine: float = 0.2


FITTED: Final = Weights()


@dataclass(frozen=True, slots=True)
class QueryVector:
    """The vector of a query, and the model that made it; it is compared with that model's vectors only."""

    model: str
    vector: Vector


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entities may be found; what is empty or None does not matter.

    Attributes:
        tags: All of these.
        as_player: What a reader would find: no drafts.
    """

    types: Sequence[EntityType] = ()
    tags: Sequence[str] = ()
    state: State | None = None
    as_player: bool = False

    @property
    def leave_out(self) -> bool:
        """Whether some entities may not be found."""
        return bool(self.types or self.tags or self.state or self.as_player)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a hit was found: what each kind of evidence gave, 0 to its weight."""

    name: float
    word: float
    text: float
    meaning: float


@dataclass(frozen=True, slots=True)
class Hit:
    """One result; `entity_id` has its type's prefix, `score` is from 0 to 1 and falls along the list."""

    entity_id: str
    uuid: UUID
    entity_type: EntityType
    name: str
    description: str
    attributes: dict[str, Any]
    score: float
    evidence: Evidence | None = None
    highlights: Sequence[Highlight] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best hits; `total` counts all matches, before the limit (C37)."""

    results: list[Hit] = field(default_factory=list)
    total: int = 0


def search_entities(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    query: str,
    entity_types: Sequence[EntityType] | None = None,
    limit: int = 20,
    *,
    filters: Filters | None = None,
    vector: QueryVector | None = None,
    highlight: bool = False,
    weights: Weights = FITTED,
) -> SearchResult:
    """Find entities of a campaign by what someone remembers of them.

    Args:
        tx: The open transaction.
        principal: Who asks.
        campaign_id: Where.
        query: 1 to 5,000 characters: a name, words, or a sentence; `"words"` and `-word` are taken by the letter.
        entity_types: Only these types; None or none for all, or what the filters say.
        limit: How many at most.
        filters: Which entities may be found.
        vector: Of the query; without it nothing is found by its meaning.
        highlight: Say where in the texts the words of the query stand.
        weights: What the evidence weighs.

    Returns:
        The best first. Deleted entities are never among them.

    Raises:
        NotFound: No such campaign, or someone else's.
        InvalidInput: The query is empty, too long, or holds characters that cannot be stored; or a tag is not allowed.
    """
    check_text("query", query, shortest=1, longest=MAX_QUERY)
    filters = filters or Filters(entity_types or ())
    role = require_member(tx, campaign_id, principal)
    by_the_letter = _BY_THE_LETTER.search(query) is not None
    vector = None if by_the_letter else vector
    given = _given(query, filters, vector, weights) | {
        "principal": principal,
        "campaign_id": campaign_id,
        "by_the_letter": by_the_letter,
        "limit": limit,
        "considered": max(_CONSIDERED, limit),
    }
    [prepared] = tx.execute(PREPARE, given | {"index": index_name(campaign_id)}).fetchall()
    statement = search_statement(
        has_vector=vector is not None,
        is_indexed=prepared["is_indexed"],
        is_filtered=role is Role.READER or filters.leave_out,
    )
    rows = tx.execute(statement, given).fetchall()
    hits = [_hit(row) for row in rows]
    if highlight and hits:
        hits = _with_highlights(tx, hits, given)
    return SearchResult(hits, rows[0]["total"] if rows else 0)


def _given(query: str, filters: Filters, vector: QueryVector | None, weights: Weights) -> dict[str, Any]:
    words = _WORD.findall(query)[:_MAX_WORDS]
    return {
        "query": query,
        "words": words,
        "may_be_a_name": len(query.split()) <= _MOST_NAME_WORDS,
        "tolerance": "0.3" if len(words) <= _FEW_WORDS else "0.5",
        "types": [kind.value for kind in filters.types] or None,
        "tags": normal_tags(filters.tags) or None,
        "state": filters.state,
        "as_player": filters.as_player,
        "vector": as_halfvec(vector.vector) if vector else None,
        "model": vector.model if vector else None,
        "word_weight": weights.word,
        "text_weight": weights.text,
        "meaning_weight": weights.meaning,
        "least_cosine": weights.least_cosine,
    }


def _with_highlights(tx: Transaction, hits: Sequence[Hit], given: Mapping[str, Any]) -> list[Hit]:
    rows = tx.execute(HIGHLIGHTS, {**given, **OPTIONS, "ids": [hit.uuid for hit in hits]}).fetchall()
    found = {row["id"]: read_highlights(row) for row in rows}
    return [replace(hit, highlights=found.get(hit.uuid, ())) for hit in hits]


def _hit(row: Mapping[str, Any]) -> Hit:
    kind = EntityType(row["type"])
    return Hit(
        prefixed(kind.prefix, row["id"]),
        row["id"],
        kind,
        row["name"],
        row["description"],
        row["attributes"],
        row["score"],
        Evidence(row["in_name"], row["in_word"], row["in_text"], row["in_meaning"]),
    )
