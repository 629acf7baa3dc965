-- A request that was published just before Redis lost its data, and is marked as published just after, would be lost.

ALTER TABLE installation ADD COLUMN bus_began_at timestamptz;
COMMENT ON COLUMN installation.bus_began_at IS 'When everything unfinished was last marked as not published; what was accepted before is marked as published by the sweeper alone.';
