"""The vectors of entities: which ones wait for theirs, what text is embedded, and how vectors are kept.

    entity written -> a trigger notes it in entities_to_embed -> texts_to_embed -> (the model) -> keep_vectors

A note is removed only together with the vector of the text as it is by then, so that neither a crash nor a change
meanwhile leaves an old vector behind. Vectors of several models are never compared: each carries its model's name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from psycopg.sql import SQL

from store.database import Transaction

Vector = Sequence[float]
"""384 numbers, of length 1 together."""


@dataclass(frozen=True, slots=True)
class TextToEmbed:
    """The text of one entity, and its SHA-256."""

    entity_id: UUID
    text: str
    content_hash: bytes


@dataclass(frozen=True, slots=True)
class EmbeddedText:
    """A text with its vector."""

    source: TextToEmbed
    vector: Vector


TEXT: Final = SQL("replace(e.type, '_', ' ') || ': ' || e.name || '. ' || e.description")
"""What is embedded of `entities e`: with its type and name a text is found far better than by its description alone."""
_HASH: Final = SQL("sha256(convert_to({text}, 'UTF8'))").format(text=TEXT)

_WAITING: Final = "SELECT campaign_id FROM entities_to_embed GROUP BY campaign_id ORDER BY min(noted_at) LIMIT %s"

_TEXTS: Final = SQL("""
SELECT e.id, {text} AS text, {hash} AS content_hash
FROM entities_to_embed w JOIN entities e ON e.id = w.entity_id
WHERE w.campaign_id = %s ORDER BY w.noted_at, w.entity_id LIMIT %s
""").format(text=TEXT, hash=_HASH)

# An entity that is being changed is left for the next time: whoever changes it waits for nobody here, and the other way
# round. While the row is locked its text cannot change, so what is kept belongs to the text that stands there.
_KEEP: Final = SQL("""
WITH made AS (
    SELECT * FROM unnest(%(ids)s::uuid[], %(hashes)s::bytea[], %(vectors)s::text[]) AS m (id, content_hash, vector)
), current AS MATERIALIZED (
    SELECT e.id, e.campaign_id, {hash} AS content_hash
    FROM entities e WHERE e.id = ANY(%(ids)s) AND e.deleted_at IS NULL ORDER BY e.id FOR SHARE OF e SKIP LOCKED
), kept AS (
    INSERT INTO entity_embeddings AS x (entity_id, campaign_id, model, content_hash, embedding)
    SELECT c.id, c.campaign_id, %(model)s, c.content_hash, m.vector::halfvec(384)
    FROM current c JOIN made m USING (id, content_hash)
    ON CONFLICT (entity_id) DO UPDATE
    SET model = excluded.model, content_hash = excluded.content_hash, embedding = excluded.embedding
    RETURNING entity_id
)
DELETE FROM entities_to_embed w USING kept WHERE w.entity_id = kept.entity_id
""").format(hash=_HASH)

_NOTE_OUTDATED: Final = SQL("""
INSERT INTO entities_to_embed (entity_id, campaign_id)
SELECT e.id, e.campaign_id
FROM entities e LEFT JOIN entity_embeddings x ON x.entity_id = e.id
WHERE e.deleted_at IS NULL
  AND (x.model IS DISTINCT FROM %s OR x.content_hash <> {hash})
  AND NOT EXISTS (SELECT FROM entities_to_embed w WHERE w.entity_id = e.id)
LIMIT %s FOR SHARE OF e SKIP LOCKED
ON CONFLICT (entity_id) DO NOTHING
""").format(hash=_HASH)


def campaigns_to_embed(tx: Transaction, *, limit: int = 20) -> list[UUID]:
    """Campaigns with entities that wait for a vector; those that wait longest come first."""
    return [row["campaign_id"] for row in tx.execute(_WAITING, (limit,)).fetchall()]


def texts_to_embed(tx: Transaction, campaign_id: UUID, *, limit: int) -> list[TextToEmbed]:
    """The texts of a campaign that wait for a vector, the oldest first."""
    rows = tx.execute(_TEXTS, (campaign_id, limit)).fetchall()
    return [TextToEmbed(row["id"], row["text"], row["content_hash"]) for row in rows]


def keep_vectors(tx: Transaction, model: str, embedded: Sequence[EmbeddedText]) -> int:
    """Keep the vectors whose entity still has this text, in place of older ones; returns how many.

    An entity that changed meanwhile, or is being changed right now, goes on waiting.
    """
    given = {
        "ids": [each.source.entity_id for each in embedded],
        "hashes": [each.source.content_hash for each in embedded],
        "vectors": [as_halfvec(each.vector) for each in embedded],
        "model": model,
    }
    return tx.execute(_KEEP, given).rowcount


def note_outdated(tx: Transaction, model: str, *, limit: int = 1000) -> int:
    """Note entities that have no vector of this model and of their text; returns how many, 0 when all are noted."""
    return tx.execute(_NOTE_OUTDATED, (model, limit)).rowcount


def as_halfvec(vector: Iterable[float]) -> str:
    """The vector as pgvector reads it; half precision keeps three to four digits."""
    return f"[{','.join(f'{number:.5g}' for number in vector)}]"
