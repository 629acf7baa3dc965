-- What a language model may cost in a day.

CREATE TABLE llm_tokens (
    day    date   NOT NULL,
    scope  uuid   NOT NULL,
    tokens bigint NOT NULL CHECK (tokens >= 0),
    PRIMARY KEY (day, scope)
);
COMMENT ON TABLE llm_tokens IS 'Tokens of a language model spent or set aside, by UTC days; a call is refused before it would pass the limit.';
COMMENT ON COLUMN llm_tokens.scope IS 'A campaign, or all zeros for the whole installation.';
