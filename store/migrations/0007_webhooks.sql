-- Callers may be told of a request's end by a signed POST, to addresses that the operator allows.

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
