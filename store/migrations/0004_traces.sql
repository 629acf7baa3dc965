-- The trace that a request belongs to, so that whoever publishes it later continues it.

ALTER TABLE requests ADD COLUMN traceparent text;
COMMENT ON COLUMN requests.traceparent IS 'W3C trace context of its acceptance; null when it is not traced.';
