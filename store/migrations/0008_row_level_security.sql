-- The second wall between principals: whoever is not the tables' owner sees the campaigns of `dma.principal` and nothing
-- else. The API steps behind it for each exchange (store/wall.py); the workers, who serve all campaigns, do not. And the
-- id of the exchange (X-Request-ID) in which a version was written, for writes that came with no prompt.

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

ALTER TABLE entity_versions ADD exchange_id text DEFAULT nullif(current_setting('dma.exchange', true), '');
ALTER TABLE relationship_versions ADD exchange_id text DEFAULT nullif(current_setting('dma.exchange', true), '');
COMMENT ON COLUMN entity_versions.exchange_id IS 'X-Request-ID of the HTTP exchange that wrote it; null when a worker did.';
COMMENT ON COLUMN relationship_versions.exchange_id IS 'X-Request-ID of the HTTP exchange that wrote it; null when a worker did.';
