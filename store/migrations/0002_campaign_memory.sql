-- Campaigns with a version; tags, secrets and whole versions of entities; relationships with a period and a history; undo.

ALTER TABLE campaigns ADD version integer NOT NULL DEFAULT 1 CHECK (version >= 1);

ALTER TABLE requests ADD undone_at timestamptz, ADD undone_by text, ADD undone jsonb;
COMMENT ON COLUMN requests.undone IS 'What the undo of this request took back; told again when it is asked for again.';

ALTER TABLE idempotency_keys ADD campaign_id uuid REFERENCES campaigns ON DELETE CASCADE;
CREATE INDEX idempotency_keys_campaign ON idempotency_keys (campaign_id);
COMMENT ON COLUMN idempotency_keys.campaign_id IS 'The campaign that the reply speaks of; the reply goes with it.';
-- Replies that were kept before; what names no request of ours any more ends by itself within a day.
UPDATE idempotency_keys k SET campaign_id = r.campaign_id
FROM requests r WHERE k.body ->> 'request_id' = 'req_' || replace(r.id::text, '-', '');

ALTER TABLE entities ADD tags text[] NOT NULL DEFAULT '{}',
                     ADD secret jsonb CHECK (jsonb_typeof(secret) IN ('string', 'object'));
COMMENT ON COLUMN entities.tags IS 'Small letters, sorted, each once.';
COMMENT ON COLUMN entities.secret IS 'Markdown or an object, for owners and editors alone; no index and no search vector holds it.';

ALTER TABLE entity_versions ADD tags text[] NOT NULL DEFAULT '{}', ADD secret jsonb,
                            ADD schema_version integer NOT NULL DEFAULT 1;
CREATE INDEX entity_versions_request ON entity_versions (request_id) WHERE request_id IS NOT NULL;

-- Until now a secret was one attribute among others, which every member could read and search.
UPDATE entities SET secret = attributes -> 'secret', attributes = attributes - 'secret'
WHERE jsonb_typeof(attributes -> 'secret') IN ('string', 'object');
UPDATE entity_versions SET secret = attributes -> 'secret', attributes = attributes - 'secret'
WHERE jsonb_typeof(attributes -> 'secret') IN ('string', 'object');

ALTER TABLE relationships ADD version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
                          ADD secret boolean NOT NULL DEFAULT false,
                          ADD begins text CHECK (char_length(begins) BETWEEN 1 AND 200),
                          ADD begins_order double precision,
                          ADD ends text CHECK (char_length(ends) BETWEEN 1 AND 200),
                          ADD ends_order double precision,
                          ADD created_by text NOT NULL DEFAULT 'unknown',
                          ADD updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                          ADD deleted_at timestamptz;
ALTER TABLE relationships ALTER created_by DROP DEFAULT;
COMMENT ON COLUMN relationships.secret IS 'Known to owners and editors alone.';
COMMENT ON COLUMN relationships.begins IS 'In the words of the game, such as "spring of the third year".';
COMMENT ON COLUMN relationships.begins_order IS 'Where that lies on the campaign''s own time line; any number, later is larger.';

CREATE TABLE relationship_versions (
    relationship_id uuid             NOT NULL REFERENCES relationships ON DELETE CASCADE,
    version         integer          NOT NULL,
    attributes      jsonb            NOT NULL,
    secret          boolean          NOT NULL,
    begins          text,
    begins_order    double precision,
    ends            text,
    ends_order      double precision,
    deleted         boolean          NOT NULL DEFAULT false,
    changed_by      text             NOT NULL,
    request_id      uuid,
    changed_at      timestamptz      NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (relationship_id, version)
);
CREATE INDEX relationship_versions_request ON relationship_versions (request_id) WHERE request_id IS NOT NULL;
COMMENT ON TABLE relationship_versions IS 'Every version a relationship ever had, the current one included.';
INSERT INTO relationship_versions (relationship_id, version, attributes, secret, changed_by, changed_at)
SELECT id, 1, attributes, false, created_by, created_at FROM relationships;
