-- The one source of the schema (R4: PostgreSQL is the only database). Applied whole to an empty database; a populated
-- one is brought up to it by store/migrations/, and a test proves that both ways end alike. Needs PostgreSQL 15 or newer with
-- pgvector, pg_trgm, unaccent and btree_gin (C28). All times are UTC from this database's clock; durations carry their unit.

CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

-- How campaign memory reads words: English stems, accents ignored, so that "eowyn" finds "Éowyn".
CREATE TEXT SEARCH CONFIGURATION campaign_text (COPY = english);
ALTER TEXT SEARCH CONFIGURATION campaign_text ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem;

-- unaccent() itself is only STABLE, because its dictionary could be altered; generated columns need IMMUTABLE.
CREATE FUNCTION unaccented(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN unaccent('unaccent'::regdictionary, value);

CREATE TABLE schema_versions (
    version    integer     PRIMARY KEY CHECK (version > 0),
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE schema_versions IS 'Migrations applied so far; the code refuses a database newer than itself.';

CREATE TABLE installation (
    only_row     boolean     PRIMARY KEY DEFAULT true CHECK (only_row),
    bus_epoch    uuid,
    bus_run_id   text,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    bus_began_at timestamptz
);
COMMENT ON TABLE installation IS 'One row: what the sweeper last knew of the Redis server.';
COMMENT ON COLUMN installation.bus_epoch IS 'Mirror of the epoch key kept in Redis; when they differ, Redis lost data and everything unfinished is published again.';
COMMENT ON COLUMN installation.bus_run_id IS 'run_id of the Redis server at that time; a new one means it was restarted or failed over.';
COMMENT ON COLUMN installation.bus_began_at IS 'When everything unfinished was last marked as not published; what was accepted before is marked as published by the sweeper alone.';

-- Campaigns and who may see them ------------------------------------------------------------------------------------

CREATE TABLE campaigns (
    id         uuid        PRIMARY KEY,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    settings   jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(settings) = 'object'),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    version    integer     NOT NULL DEFAULT 1 CHECK (version >= 1)
);
COMMENT ON COLUMN campaigns.settings IS 'House rules and optional rules; absent means the book.';

CREATE TABLE memberships (
    campaign_id uuid        NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    principal   text        NOT NULL CHECK (char_length(principal) BETWEEN 1 AND 200),
    role        text        NOT NULL CHECK (role IN ('owner', 'editor', 'reader')),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (campaign_id, principal)
);
CREATE INDEX memberships_principal ON memberships (principal);
COMMENT ON COLUMN memberships.principal IS 'Subject of the access token, such as user:dm.';

-- Requests: one prompt, its steps, and everything that happened to it --------------------------------------------------

CREATE TABLE requests (
    id                uuid        PRIMARY KEY,
    campaign_id       uuid        NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    principal         text        NOT NULL,
    prompt            text        NOT NULL CHECK (char_length(prompt) BETWEEN 1 AND 5000),
    location_id       uuid,
    session_id        uuid,
    intent            text        NOT NULL,
    intent_confidence real        NOT NULL CHECK (intent_confidence BETWEEN 0 AND 1),
    alternatives      jsonb       NOT NULL DEFAULT '[]',
    timeout_ms        integer     NOT NULL CHECK (timeout_ms BETWEEN 1000 AND 60000),
    include_stats     boolean     NOT NULL DEFAULT false,
    status            text        NOT NULL DEFAULT 'processing'
                                  CHECK (status IN ('processing', 'completed', 'failed', 'cancelled')),
    result            jsonb,
    error             jsonb,
    replay_of         uuid,
    created_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    deadline_at       timestamptz NOT NULL,
    dispatched_at     timestamptz,
    started_at        timestamptz,
    completed_at      timestamptz,
    undone_at         timestamptz,
    undone_by         text,
    undone            jsonb,
    traceparent       text,
    CONSTRAINT requests_end CHECK ((status = 'processing') = (completed_at IS NULL)),
    CONSTRAINT requests_result_or_error CHECK (result IS NULL OR error IS NULL)
);
CREATE INDEX requests_unfinished ON requests (deadline_at) WHERE status = 'processing';
CREATE INDEX requests_undispatched ON requests (created_at) WHERE dispatched_at IS NULL AND status = 'processing';
CREATE INDEX requests_campaign ON requests (campaign_id, created_at DESC, id);
COMMENT ON COLUMN requests.timeout_ms IS 'Milliseconds from acceptance to deadline_at.';
COMMENT ON COLUMN requests.dispatched_at IS 'Null until published: the row is its own outbox.';
COMMENT ON COLUMN requests.intent_confidence IS '0 to 1.';
COMMENT ON COLUMN requests.undone IS 'What the undo of this request took back; told again when it is asked for again.';
COMMENT ON COLUMN requests.traceparent IS 'W3C trace context of its acceptance; null when it is not traced.';
COMMENT ON COLUMN requests.error IS 'Problem object (RFC 9457) with error_type of R64.';

CREATE TABLE steps (
    request_id   uuid        NOT NULL REFERENCES requests ON DELETE CASCADE,
    step_no      integer     NOT NULL CHECK (step_no BETWEEN 1 AND 5),
    actor        text        NOT NULL,
    title        text        NOT NULL,
    params       jsonb       NOT NULL DEFAULT '{}',
    state        text        NOT NULL DEFAULT 'waiting'
                             CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    attempt      integer     NOT NULL DEFAULT 1 CHECK (attempt >= 1),
    crashes      integer     NOT NULL DEFAULT 0 CHECK (crashes >= 0),
    lease_epoch  integer     NOT NULL DEFAULT 0 CHECK (lease_epoch >= 0),
    lease_until  timestamptz,
    worker       text,
    published_at timestamptz,
    started_at   timestamptz,
    finished_at  timestamptz,
    result       jsonb,
    error        jsonb,
    PRIMARY KEY (request_id, step_no)
);
CREATE INDEX steps_leased ON steps (lease_until) WHERE state = 'running';
COMMENT ON COLUMN steps.attempt IS 'From 1; counts failures, not crashes.';
COMMENT ON COLUMN steps.crashes IS 'Claims whose worker went away without a word; three bury the step.';
COMMENT ON COLUMN steps.lease_epoch IS 'Counts claims; effects commit only under the claim that is still the newest.';
COMMENT ON COLUMN steps.published_at IS 'When a message for this step was last given to the bus, by the submitter or the sweeper.';

CREATE TABLE transitions (
    id          bigint      PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    request_id  uuid        NOT NULL REFERENCES requests ON DELETE CASCADE,
    step_no     integer,
    state       text        NOT NULL,
    attempt     integer,
    lease_epoch integer,
    worker      text,
    error       jsonb,
    at          timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX transitions_request ON transitions (request_id, id);
COMMENT ON TABLE transitions IS 'Append-only history of every request and step; step_no is null for the request itself.';

CREATE TABLE webhooks (
    request_id   uuid        PRIMARY KEY REFERENCES requests ON DELETE CASCADE,
    url          text        NOT NULL CHECK (char_length(url) BETWEEN 1 AND 2000),
    state        text        NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts     integer     NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    due_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_error   text,
    delivered_at timestamptz
);
CREATE INDEX webhooks_waiting ON webhooks (due_at) WHERE state = 'waiting';
COMMENT ON TABLE webhooks IS 'Who is to be told that a request has ended; the row is its own outbox.';
COMMENT ON COLUMN webhooks.due_at IS 'From when on the sweeper may ask for a delivery again, once the request has ended.';

CREATE TABLE events (
    request_id uuid        NOT NULL REFERENCES requests ON DELETE CASCADE,
    step_no    integer     NOT NULL,
    index      integer     NOT NULL CHECK (index >= 0),
    kind       text        NOT NULL,
    data       jsonb       NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (request_id, step_no, index)
);
COMMENT ON TABLE events IS 'Progress of a request in the order of its key; a step that runs twice writes each event once.';

CREATE TABLE idempotency_keys (
    principal   text        NOT NULL,
    route       text        NOT NULL,
    key         text        NOT NULL CHECK (char_length(key) BETWEEN 1 AND 255),
    fingerprint bytea       NOT NULL,
    status      integer,
    headers     jsonb       NOT NULL DEFAULT '{}',
    body        jsonb,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL DEFAULT clock_timestamp() + interval '24 hours',
    campaign_id uuid        REFERENCES campaigns ON DELETE CASCADE,
    PRIMARY KEY (principal, route, key)
);
CREATE INDEX idempotency_keys_expiry ON idempotency_keys (expires_at);
CREATE INDEX idempotency_keys_campaign ON idempotency_keys (campaign_id);
COMMENT ON COLUMN idempotency_keys.campaign_id IS 'The campaign that the reply speaks of; the reply goes with it.';
COMMENT ON COLUMN idempotency_keys.status IS 'Null only inside the transaction that claimed the key; it saves its reply before it commits.';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'SHA-256 of the canonical JSON of the body; another body under the same key is refused.';

-- Campaign memory -------------------------------------------------------------------------------------------------

CREATE TABLE entities (
    id             uuid        PRIMARY KEY,
    campaign_id    uuid        NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    type           text        NOT NULL CHECK (type IN ('location', 'npc', 'pc', 'item', 'event', 'faction', 'creature',
                                                        'quest', 'session_note', 'dungeon', 'encounter')),
    name           text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 200),
    description    text        NOT NULL DEFAULT '' CHECK (char_length(description) <= 20000),
    attributes     jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    state          text        NOT NULL DEFAULT 'approved' CHECK (state IN ('draft', 'approved')),
    schema_version integer     NOT NULL DEFAULT 1,
    version        integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    created_by     text        NOT NULL,
    request_id     uuid        REFERENCES requests ON DELETE SET NULL,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at     timestamptz,
    plain_name     text        GENERATED ALWAYS AS (unaccented(name)) STORED,
    fts            tsvector    GENERATED ALWAYS AS (setweight(to_tsvector('campaign_text', name), 'A')
                                                    || setweight(to_tsvector('campaign_text', description), 'B')
                                                    || setweight(jsonb_to_tsvector('campaign_text', attributes, '["string"]'), 'D')) STORED,
    tags           text[]      NOT NULL DEFAULT '{}',
    secret         jsonb       CHECK (jsonb_typeof(secret) IN ('string', 'object'))
);
CREATE INDEX entities_list ON entities (campaign_id, type, created_at, id) WHERE deleted_at IS NULL;
-- With the campaign, so that a search pays for its own campaign's rows and not for the whole table's.
CREATE INDEX entities_name ON entities USING gin (campaign_id, plain_name gin_trgm_ops);
CREATE INDEX entities_fts ON entities USING gin (campaign_id, fts);
CREATE INDEX entities_request ON entities (request_id) WHERE request_id IS NOT NULL;
COMMENT ON COLUMN entities.schema_version IS 'Version of the type''s attribute schema these attributes were written under (R7); older ones are raised when read.';
COMMENT ON COLUMN entities.request_id IS 'The request that created it, if one did.';
COMMENT ON COLUMN entities.tags IS 'Small letters, sorted, each once.';
COMMENT ON COLUMN entities.secret IS 'Markdown or an object, for owners and editors alone; no index and no search vector holds it.';

CREATE TABLE entity_versions (
    entity_id   uuid        NOT NULL REFERENCES entities ON DELETE CASCADE,
    version     integer     NOT NULL,
    name        text        NOT NULL,
    description text        NOT NULL,
    attributes  jsonb       NOT NULL,
    state       text        NOT NULL,
    deleted     boolean     NOT NULL DEFAULT false,
    changed_by  text        NOT NULL,
    request_id  uuid,
    changed_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    tags        text[]      NOT NULL DEFAULT '{}',
    secret      jsonb,
    schema_version integer  NOT NULL DEFAULT 1,
    exchange_id text        DEFAULT nullif(current_setting('dma.exchange', true), ''),
    PRIMARY KEY (entity_id, version)
);
CREATE INDEX entity_versions_request ON entity_versions (request_id) WHERE request_id IS NOT NULL;
COMMENT ON TABLE entity_versions IS 'Every version an entity ever had, the current one included.';
COMMENT ON COLUMN entity_versions.exchange_id IS 'X-Request-ID of the HTTP exchange that wrote it; null when a worker did.';

CREATE TABLE relationships (
    id          uuid        PRIMARY KEY,
    campaign_id uuid        NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    source_id   uuid        NOT NULL REFERENCES entities ON DELETE CASCADE,
    target_id   uuid        NOT NULL REFERENCES entities ON DELETE CASCADE,
    kind        text        NOT NULL CHECK (char_length(kind) BETWEEN 1 AND 100),
    attributes  jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(attributes) = 'object'),
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    version     integer     NOT NULL DEFAULT 1 CHECK (version >= 1),
    secret      boolean     NOT NULL DEFAULT false,
    begins      text        CHECK (char_length(begins) BETWEEN 1 AND 200),
    begins_order double precision,
    ends        text        CHECK (char_length(ends) BETWEEN 1 AND 200),
    ends_order  double precision,
    created_by  text        NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at  timestamptz,
    UNIQUE (source_id, target_id, kind)
);
CREATE INDEX relationships_target ON relationships (target_id);
CREATE INDEX relationships_campaign ON relationships (campaign_id);
COMMENT ON TABLE relationships IS 'Typed and directed; walked by the recursive CTE of R5 (C38).';
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
    exchange_id     text             DEFAULT nullif(current_setting('dma.exchange', true), ''),
    PRIMARY KEY (relationship_id, version)
);
CREATE INDEX relationship_versions_request ON relationship_versions (request_id) WHERE request_id IS NOT NULL;
COMMENT ON TABLE relationship_versions IS 'Every version a relationship ever had, the current one included.';
COMMENT ON COLUMN relationship_versions.exchange_id IS 'X-Request-ID of the HTTP exchange that wrote it; null when a worker did.';

CREATE TABLE entity_embeddings (
    entity_id    uuid         PRIMARY KEY REFERENCES entities ON DELETE CASCADE,
    campaign_id  uuid         NOT NULL REFERENCES campaigns ON DELETE CASCADE,
    model        text         NOT NULL,
    content_hash bytea        NOT NULL,
    embedding    halfvec(384) NOT NULL
);
CREATE INDEX entity_embeddings_campaign ON entity_embeddings (campaign_id);
COMMENT ON TABLE entity_embeddings IS 'Narrow on purpose: a vector in a wide row moves out of line and scans three to four times slower.';
COMMENT ON COLUMN entity_embeddings.embedding IS '384 dimensions, half precision, of "type: name. description".';

CREATE TABLE entities_to_embed (
    entity_id   uuid        PRIMARY KEY REFERENCES entities ON DELETE CASCADE,
    campaign_id uuid        NOT NULL,
    noted_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX entities_to_embed_campaign ON entities_to_embed (campaign_id, noted_at);
COMMENT ON TABLE entities_to_embed IS 'Entities whose text changed since their vector was made; written by triggers, so that no way of writing forgets it.';

CREATE FUNCTION note_text_to_embed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.deleted_at IS NULL THEN
        INSERT INTO entities_to_embed (entity_id, campaign_id) VALUES (NEW.id, NEW.campaign_id)
        ON CONFLICT (entity_id) DO NOTHING;
    ELSE
        DELETE FROM entity_embeddings WHERE entity_id = NEW.id;
        DELETE FROM entities_to_embed WHERE entity_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER entities_made AFTER INSERT ON entities FOR EACH ROW EXECUTE FUNCTION note_text_to_embed();
CREATE TRIGGER entities_text_changed AFTER UPDATE OF name, description, deleted_at ON entities FOR EACH ROW
    WHEN ((OLD.name, OLD.description, OLD.deleted_at) IS DISTINCT FROM (NEW.name, NEW.description, NEW.deleted_at))
    EXECUTE FUNCTION note_text_to_embed();

-- Tokens ----------------------------------------------------------------------------------------------------------

CREATE TABLE refresh_tokens (
    token_hash    bytea       PRIMARY KEY,
    family        uuid        NOT NULL,
    subject       text        NOT NULL,
    scopes        text[]      NOT NULL,
    successor_key bytea,
    issued_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    used_at       timestamptz,
    revoked_at    timestamptz
);
CREATE INDEX refresh_tokens_family ON refresh_tokens (family);
COMMENT ON COLUMN refresh_tokens.token_hash IS 'SHA-256; the token itself is never stored.';
COMMENT ON COLUMN refresh_tokens.family IS 'All successors of one sign-in; use of a spent token revokes them together.';
COMMENT ON COLUMN refresh_tokens.successor_key IS 'Random; with the token itself it gives the successor again, for as long as a repeat is forgiven. Neither alone does.';
COMMENT ON COLUMN refresh_tokens.revoked_at IS 'One revoked token revokes its family.';

CREATE TABLE login_codes (
    code_hash  bytea       PRIMARY KEY,
    subject    text        NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at    timestamptz
);
COMMENT ON TABLE login_codes IS 'One-time codes of the ready line, which sign the local console in.';

CREATE TABLE service_tokens (
    id            text        PRIMARY KEY CHECK (char_length(id) BETWEEN 1 AND 64),
    secret_hash   bytea       NOT NULL,
    previous_hash bytea,
    scopes        text[]      NOT NULL,
    rotated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    last_used_at  timestamptz,
    revoked_at    timestamptz
);
COMMENT ON TABLE service_tokens IS 'svc_<id>_<secret>, rotated every 24 hours; the previous secret holds for one hour more (R58).';

-- The processes of the pools -----------------------------------------------------------------------------------------

CREATE TABLE agents (
    consumer     text        PRIMARY KEY,
    agent        text        NOT NULL,
    state        text        NOT NULL CHECK (state IN ('ready', 'busy')),
    threads      integer     NOT NULL CHECK (threads > 0),
    sequence     bigint      NOT NULL,
    announced_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    checked_at   timestamptz,
    check_ms     integer
);
COMMENT ON TABLE agents IS 'One row per process that announced itself; whether it still lives, the bus knows.';
COMMENT ON COLUMN agents.consumer IS 'Its name on the bus.';
COMMENT ON COLUMN agents.sequence IS 'Counts what the process said, so that an older word never replaces a newer one.';
COMMENT ON COLUMN agents.check_ms IS 'Milliseconds from the last system.health_check to its answer, both by the database''s clock.';

-- What a language model may cost in a day ---------------------------------------------------------------------------

CREATE TABLE llm_tokens (
    day    date   NOT NULL,
    scope  uuid   NOT NULL,
    tokens bigint NOT NULL CHECK (tokens >= 0),
    PRIMARY KEY (day, scope)
);
COMMENT ON TABLE llm_tokens IS 'Tokens of a language model spent or set aside, by UTC days; a call is refused before it would pass the limit.';
COMMENT ON COLUMN llm_tokens.scope IS 'A campaign, or all zeros for the whole installation.';

-- The second wall between principals -------------------------------------------------------------------------------

-- Whoever is not the tables' owner sees the campaigns of `dma.principal` and nothing else. The API steps behind this wall
-- for each exchange (store/wall.py); the workers, who serve all campaigns, do not.
CREATE FUNCTION campaigns_in_sight() RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER PARALLEL SAFE ROWS 10
BEGIN ATOMIC
    SELECT campaign_id FROM memberships WHERE principal = current_setting('dma.principal', true);
END;
COMMENT ON FUNCTION campaigns_in_sight() IS 'The campaigns of the principal for whom this transaction speaks; none when it speaks for nobody.';

ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY;
ALTER TABLE memberships ENABLE ROW LEVEL SECURITY;
ALTER TABLE requests ENABLE ROW LEVEL SECURITY;
ALTER TABLE steps ENABLE ROW LEVEL SECURITY;
ALTER TABLE transitions ENABLE ROW LEVEL SECURITY;
ALTER TABLE events ENABLE ROW LEVEL SECURITY;
ALTER TABLE webhooks ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE entities ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE relationships ENABLE ROW LEVEL SECURITY;
ALTER TABLE relationship_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE entity_embeddings ENABLE ROW LEVEL SECURITY;
ALTER TABLE entities_to_embed ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_campaigns ON campaigns USING (id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON memberships USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON requests USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON entities USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON relationships USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON entity_embeddings USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_campaigns ON entities_to_embed USING (campaign_id = ANY (ARRAY(SELECT campaigns_in_sight())));
CREATE POLICY own_keys ON idempotency_keys USING (principal = current_setting('dma.principal', true));

-- What belongs to a row of another table is seen by whoever sees that row.
CREATE POLICY own_campaigns ON steps USING (EXISTS (SELECT FROM requests r WHERE r.id = request_id));
CREATE POLICY own_campaigns ON transitions USING (EXISTS (SELECT FROM requests r WHERE r.id = request_id));
CREATE POLICY own_campaigns ON events USING (EXISTS (SELECT FROM requests r WHERE r.id = request_id));
CREATE POLICY own_campaigns ON webhooks USING (EXISTS (SELECT FROM requests r WHERE r.id = request_id));
CREATE POLICY own_campaigns ON entity_versions USING (EXISTS (SELECT FROM entities e WHERE e.id = entity_id));
CREATE POLICY own_campaigns ON relationship_versions
    USING (EXISTS (SELECT FROM relationships r WHERE r.id = relationship_id));
-- One statement writes a row and its first version, so that the row is not there yet when the version is looked at.
CREATE POLICY first_version ON entity_versions FOR INSERT WITH CHECK (true);
CREATE POLICY first_version ON relationship_versions FOR INSERT WITH CHECK (true);
