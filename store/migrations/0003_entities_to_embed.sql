-- Which entities wait for a vector (the Scribe finds those that have none yet when it starts), and searches that pay for
-- their own campaign's rows only.

CREATE EXTENSION IF NOT EXISTS btree_gin;
DROP INDEX entities_name, entities_fts;
CREATE INDEX entities_name ON entities USING gin (campaign_id, plain_name gin_trgm_ops);
CREATE INDEX entities_fts ON entities USING gin (campaign_id, fts);

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
