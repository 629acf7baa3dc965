"""The statement behind the search: three ways to find candidates, then one score for the best of them.

    by_text     full text (GIN): words of the query in name, description and attributes
    by_name     trigrams (GIN): names that resemble the query or one of its words
    by_meaning  vectors: texts that mean something like the query; the campaign's vectors are compared one by one, or,
                in very large campaigns, by an HNSW index of that campaign alone (store.vector_indexes)

One HNSW index shared by all campaigns would lose most of a campaign's rows before the filter (docs/decisions/).
"""

from functools import lru_cache
from typing import Final

from psycopg.sql import SQL, Composed

from store.entity_rows import VISIBLE

# Matches come from indexes, which have compared the names already: asking for the likeness again costs as much again.
# Then only the best of each way are weighed, because trigram functions cost microseconds a row. ts_rank takes the
# weights of D (attributes), C, B (description) and A (name), and divides by the number of words asked for; one
# occurrence counts 1 / 1.645 of its weight, so times 1.645 it is a share.
_SEARCH: Final = SQL("""
WITH asked AS MATERIALIZED (
    SELECT unaccented(%(query)s) AS query,
           CASE WHEN %(by_the_letter)s THEN websearch_to_tsquery('campaign_text', %(query)s)
                ELSE replace(plainto_tsquery('campaign_text', %(query)s)::text, ' & ', ' | ')::tsquery END AS words
), visible AS NOT MATERIALIZED (
    SELECT e.id, e.type, e.name, e.description, e.attributes, e.plain_name, e.fts
    FROM entities e JOIN memberships m ON m.campaign_id = e.campaign_id AND m.principal = %(principal)s
    WHERE e.campaign_id = %(campaign_id)s AND e.deleted_at IS NULL AND {visible}
      AND (%(types)s::text[] IS NULL OR e.type = ANY(%(types)s))
      AND (%(tags)s::text[] IS NULL OR e.tags @> %(tags)s)
      AND (%(state)s::text IS NULL OR e.state = %(state)s)
), by_text AS MATERIALIZED (
    SELECT v.id, least(1, ts_rank('{{0.5, 0.6, 0.7, 1.0}}', v.fts, a.words) * 1.645) AS share
    FROM visible v JOIN asked a ON v.fts @@ a.words
), by_name AS MATERIALIZED (
    SELECT id, max(likeness) AS likeness, max(whole) AS whole
    FROM (
        SELECT v.id, 0 AS likeness, similarity(v.plain_name, a.query) AS whole
        FROM visible v JOIN asked a ON v.plain_name %% a.query
        WHERE %(may_be_a_name)s
        UNION ALL
        SELECT v.id, strict_word_similarity(w.word, v.plain_name), 0
        FROM visible v JOIN (SELECT unaccented(unnest(%(words)s::text[])) AS word) w ON v.plain_name %%>> w.word
        WHERE numnode(plainto_tsquery('campaign_text', w.word)) > 0
    ) found
    WHERE NOT %(by_the_letter)s
    GROUP BY id
), by_meaning AS MATERIALIZED ({by_meaning}), candidates AS (
    (SELECT id FROM by_text ORDER BY share DESC, id LIMIT %(considered)s)
    UNION
    (SELECT id FROM by_name ORDER BY likeness DESC, id LIMIT %(considered)s)
    UNION
    (SELECT id FROM by_name ORDER BY whole DESC, id LIMIT %(considered)s)
    UNION
    (SELECT id FROM by_meaning ORDER BY cosine DESC, id LIMIT %(considered)s)
), evidence AS (
    SELECT v.id, v.type, v.name, v.description, v.attributes,
           coalesce(t.share, 0) AS text, coalesce(n.likeness, 0) AS likeness, {cosine} AS cosine,
           similarity(v.plain_name, a.query) AS whole,
           greatest(word_similarity(v.plain_name, a.query), strict_word_similarity(a.query, v.plain_name)) AS part
    FROM candidates JOIN visible v USING (id) LEFT JOIN by_text t USING (id) LEFT JOIN by_name n USING (id)
    LEFT JOIN entity_embeddings x ON x.entity_id = v.id AND x.model = %(model)s
    CROSS JOIN asked a
), weighed AS (
    SELECT *,
           least(1, greatest(0, 0.9 * (greatest(whole, part) - 0.25) / 0.75 + 0.1 * whole)) AS in_name,
           %(word_weight)s * greatest(0, (likeness - 0.25) / 0.75) AS in_word,
           %(text_weight)s * text AS in_text,
           %(meaning_weight)s * greatest(0, cosine) AS in_meaning
    FROM evidence
)
SELECT id, type, name, description, attributes, in_name::float8, in_word::float8, in_text::float8, in_meaning::float8,
       (1 - (1 - in_name) * (1 - in_word) * (1 - in_text) * (1 - in_meaning))::float8 AS score,
       (SELECT count(*) FROM (
            SELECT id FROM by_text UNION SELECT id FROM by_name UNION SELECT id FROM by_meaning
        ) matches) AS total
FROM weighed ORDER BY score DESC, id LIMIT %(limit)s
""")

_NO_VECTOR: Final = SQL("SELECT NULL::uuid AS id, NULL::float8 AS cosine WHERE false")
_NO_COSINE: Final = SQL("0")
_COSINE: Final = SQL("coalesce(1 - (x.embedding <=> %(vector)s::halfvec(384)), 0)")

# Every vector of the campaign is compared: about a microsecond each, and never one too few.
_EXACT: Final = SQL("""
    SELECT entity_id AS id, 1 - distance AS cosine
    FROM (
        SELECT x.entity_id, x.embedding <=> %(vector)s::halfvec(384) AS distance
        FROM entity_embeddings x
        WHERE x.campaign_id = %(campaign_id)s AND x.model = %(model)s {among}
    ) compared
    WHERE distance <= 1 - %(least_cosine)s""")

# The order alone is what the index gives; it ends by itself when the campaign's nearest are found.
_INDEXED: Final = SQL("""
    SELECT entity_id AS id, 1 - distance AS cosine
    FROM (
        SELECT x.entity_id, x.embedding <=> %(vector)s::halfvec(384) AS distance
        FROM entity_embeddings x
        WHERE x.campaign_id = %(campaign_id)s AND x.model = %(model)s {among}
        ORDER BY x.embedding <=> %(vector)s::halfvec(384) LIMIT 100
    ) nearest
    WHERE distance <= 1 - %(least_cosine)s""")

_ANYWHERE: Final = SQL("")
_AMONG: Final = SQL("AND EXISTS (SELECT FROM visible v WHERE v.id = x.entity_id)")


@lru_cache(maxsize=8)
def search_statement(*, has_vector: bool, is_indexed: bool, is_filtered: bool) -> Composed:
    """The statement for a search.

    Args:
        has_vector: With the query's vector.
        is_indexed: The campaign has an HNSW index of its own.
        is_filtered: Not every entity of the campaign may be found. Without this the vectors are compared without a look
            at their entities, which would cost more than the comparison.
    """
    if not has_vector:
        return _SEARCH.format(visible=VISIBLE, by_meaning=_NO_VECTOR, cosine=_NO_COSINE)
    by_meaning = (_INDEXED if is_indexed else _EXACT).format(among=_AMONG if is_filtered else _ANYWHERE)
    return _SEARCH.format(visible=VISIBLE, by_meaning=by_meaning, cosine=_COSINE)


# For this transaction: how much a name may differ, and, when the campaign has one, that its own index is used. A plan
# made for any campaign could not know that.
PREPARE: Final = """
SELECT set_config('pg_trgm.similarity_threshold', '0.3', true),
       set_config('pg_trgm.strict_word_similarity_threshold', %(tolerance)s, true),
       CASE WHEN i.indisvalid THEN set_config('plan_cache_mode', 'force_custom_plan', true) END,
       CASE WHEN i.indisvalid THEN set_config('hnsw.ef_search', '100', true) END,
       CASE WHEN i.indisvalid THEN set_config('hnsw.iterative_scan', 'relaxed_order', true) END,
       coalesce(i.indisvalid, false) AS is_indexed
FROM (SELECT to_regclass(%(index)s) AS oid) named LEFT JOIN pg_index i ON i.indexrelid = named.oid
"""

HIGHLIGHTS: Final = """
WITH asked AS MATERIALIZED (
    SELECT CASE WHEN %(by_the_letter)s THEN websearch_to_tsquery('campaign_text', %(query)s)
                ELSE replace(plainto_tsquery('campaign_text', %(query)s)::text, ' & ', ' | ')::tsquery END AS words
)
SELECT e.id,
       ts_headline('campaign_text', translate(e.name, %(marks)s, ''), a.words, %(whole)s) AS name,
       ts_headline('campaign_text', translate(e.description, %(marks)s, ''), a.words,
                   CASE WHEN char_length(e.description) <= 200 THEN %(whole)s ELSE %(fragments)s END) AS description
FROM entities e CROSS JOIN asked a WHERE e.id = ANY(%(ids)s)
"""
