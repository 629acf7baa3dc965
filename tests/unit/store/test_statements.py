"""What a span says of an SQL statement: what is done and to which table, never a value."""

import pytest
from psycopg.sql import SQL, Identifier, Literal, Placeholder

from store.statements import summary_of, text_of

NAMED = SQL("CREATE INDEX {name} ON entities (id) WHERE campaign_id = {value} AND kind = {kind}").format(
    name=Identifier("of_one"), value=Literal("a secret"), kind=Placeholder()
)


@pytest.mark.parametrize(
    ("statement", "summary"),
    [
        ("SELECT id FROM requests WHERE id = %s", "SELECT requests"),
        ("\n  update steps SET state = %s FROM (SELECT 1) AS old", "UPDATE steps"),
        ("INSERT INTO entities (id) VALUES (%s)", "INSERT entities"),
        ("SELECT extract(epoch FROM deadline_at - now()) FROM requests", "SELECT requests"),
        ("SELECT EXTRACT ( epoch from deadline_at )", "SELECT"),
        (SQL("WITH found AS (SELECT {} FROM entities) SELECT 1").format(SQL("id")), "WITH entities"),
        (b"DELETE FROM events", "DELETE events"),
        ("-- nothing", "statement"),
    ],
)
def test_statement_is_named_by_what_it_does(statement: object, summary: str) -> None:
    assert summary == summary_of(text_of(statement))


def test_value_that_was_put_into_a_statement_stays_out_of_its_text() -> None:
    assert 'CREATE INDEX "of_one" ON entities (id) WHERE campaign_id = %s AND kind = %s' == text_of(NAMED)
