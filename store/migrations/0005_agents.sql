-- What the processes of the pools last said of themselves (R50).

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
