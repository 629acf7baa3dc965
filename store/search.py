"""Search of campaign memory: misspelled names and words in texts, in one ranking (R32, R33, C37).

An entity matches when its name resembles the query or one of the query's words, or when its name, description or
attributes hold one of the words (stemmed, accents ignored). The score is 1 - (1 - name)(1 - word)(1 - text) over three
pieces of evidence, each from 0 to its weight, so that agreement lifts a hit and none of them can sink it:

    name   trigram likeness of the whole name to the query         up to 1.0
    text   share of the query's words found, names count most      up to 0.6
    word   best likeness of one of the query's words to the name   up to 0.5

A query with "quoted words" or a -word is taken by the letter: only texts that satisfy it match.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from core.ids import prefixed
from store.campaigns import require_member
from store.database import Transaction
from store.values import check_text

MAX_QUERY: Final = 5000
_BY_THE_LETTER: Final = re.compile(r'"[^"]+"|(?:^|\s)-[^\W\d]')
_WORD: Final = re.compile(r"[^\W_]{4,}")
_MAX_WORDS: Final = 32
"""Longer queries are prose; their first words name what they are about."""
_FEW_WORDS: Final = 3
"""Up to here each word may be a name spelled badly: one wrong letter in five leaves a likeness of a third. In a
sentence that much tolerance would find everything."""


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


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best hits; `total` counts all matches, before the limit (C37)."""

    results: list[Hit]
    total: int


_SET_TOLERANCE: Final = (
    "SELECT set_config('pg_trgm.strict_word_similarity_threshold', %s, true)"  # for this transaction
)

# Matches come from the two GIN indexes. Then only the best of each are weighed, because trigram functions
# cost microseconds a row. ts_rank takes the weights of D (attributes), C, B (description) and A (name), and divides
# by the number of words asked for; one occurrence counts 1 / 1.645 of its weight, so times 1.645 it is a share.
_SEARCH: Final = """
WITH asked AS MATERIALIZED (
    SELECT unaccented(%(query)s) AS query,
           CASE WHEN %(by_the_letter)s THEN websearch_to_tsquery('campaign_text', %(query)s)
                ELSE replace(plainto_tsquery('campaign_text', %(query)s)::text, ' & ', ' | ')::tsquery END AS words
), visible AS NOT MATERIALIZED (
    SELECT e.id, e.type, e.name, e.description, e.attributes, e.plain_name, e.fts
    FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
    WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL
      AND (%(types)s::text[] IS NULL OR e.type = ANY(%(types)s))
), by_text AS MATERIALIZED (
    SELECT v.id, least(1, ts_rank('{0.5, 0.6, 0.7, 1.0}', v.fts, a.words) * 1.645) AS share
    FROM visible v JOIN asked a ON v.fts @@ a.words
), by_name AS MATERIALIZED (
    SELECT id, max(likeness) AS likeness
    FROM (
        SELECT v.id, 0 AS likeness
        FROM visible v JOIN asked a ON v.plain_name %% a.query
        WHERE similarity(v.plain_name, a.query) >= 0.3
        UNION ALL
        SELECT v.id, strict_word_similarity(w.word, v.plain_name)
        FROM visible v JOIN (SELECT unaccented(unnest(%(words)s::text[])) AS word) w ON v.plain_name %%>> w.word
        WHERE numnode(plainto_tsquery('campaign_text', w.word)) > 0
    ) found
    WHERE NOT %(by_the_letter)s
    GROUP BY id
), candidates AS (
    (SELECT id FROM by_text ORDER BY share DESC, id LIMIT 200)
    UNION
    (SELECT id FROM by_name ORDER BY likeness DESC, id LIMIT 200)
    UNION
    SELECT id FROM by_name WHERE likeness = 0
), evidence AS (
    SELECT v.id, v.type, v.name, v.description, v.attributes,
           coalesce(t.share, 0) AS share, coalesce(n.likeness, 0) AS word,
           similarity(v.plain_name, a.query) AS whole,
           greatest(word_similarity(v.plain_name, a.query), strict_word_similarity(a.query, v.plain_name)) AS part
    FROM candidates JOIN visible v USING (id) LEFT JOIN by_text t USING (id) LEFT JOIN by_name n USING (id)
    CROSS JOIN asked a
)
SELECT id, type, name, description, attributes,
       (1 - (1 - least(1, greatest(0, 0.9 * (greatest(whole, part) - 0.25) / 0.75 + 0.1 * whole)))
          * (1 - greatest(0, 0.5 * (word - 0.25) / 0.75))
          * (1 - 0.6 * share))::float8 AS score,
       (SELECT count(*) FROM (SELECT id FROM by_text UNION SELECT id FROM by_name) matches) AS total
FROM evidence ORDER BY score DESC, id LIMIT %(limit)s
"""


def search_entities(
    tx: Transaction,
    principal: str,
    campaign_id: UUID,
    query: str,
    entity_types: Sequence[EntityType] | None = None,
    limit: int = 20,
) -> SearchResult:
    """Find entities of a campaign by what someone remembers of them.

    Args:
        tx: The open transaction.
        principal: Who asks.
        campaign_id: Where.
        query: 1 to 5,000 characters: a name, words, or a sentence; `"words"` and `-word` are taken by the letter.
        entity_types: Only these types; None or none for all.
        limit: How many at most.

    Returns:
        The best first. Deleted entities are never among them.

    Raises:
        NotFound: No such campaign, or someone else's.
        InvalidInput: The query is empty, too long, or holds characters that cannot be stored.
    """
    check_text("query", query, shortest=1, longest=MAX_QUERY)
    require_member(tx, campaign_id, principal)
    words = _WORD.findall(query)[:_MAX_WORDS]
    given = {
        "principal": principal,
        "campaign_id": campaign_id,
        "query": query,
        "words": words,
        "types": [kind.value for kind in entity_types] if entity_types else None,
        "by_the_letter": _BY_THE_LETTER.search(query) is not None,
        "limit": limit,
    }
    tx.execute(_SET_TOLERANCE, ("0.3" if len(words) <= _FEW_WORDS else "0.5",))
    rows = tx.execute(_SEARCH, given).fetchall()
    return SearchResult([_hit(row) for row in rows], rows[0]["total"] if rows else 0)


def _hit(row: dict[str, Any]) -> Hit:
    kind = EntityType(row["type"])
    return Hit(
        prefixed(kind.prefix, row["id"]),
        row["id"],
        kind,
        row["name"],
        row["description"],
        row["attributes"],
        row["score"],
    )
