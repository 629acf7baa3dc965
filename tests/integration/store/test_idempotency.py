"""The first reply to a key is every later reply to it."""

import pytest

from core.errors import ErrorCategory, InvalidInput
from store.database import Database
from store.errors import IdempotencyKeyReused
from store.idempotency import StoredReply, claim, fingerprint_of, forget_expired, save
from tests.integration.store.conftest import DM, STRANGER

ROUTE = "POST /v1/prompts"
BODY = fingerprint_of({"prompt": "Who is Borin?"})


def first_use(database: Database, key: str = "key-1", *, by: str = DM) -> StoredReply | None:
    with database.transaction() as tx:
        stored = claim(tx, by, ROUTE, key, BODY)
        if stored is None:
            save(tx, by, ROUTE, key, status=202, headers={"Location": "/v1/prompts/req_1"}, body={"id": "req_1"})
        return stored


def test_the_second_use_gets_the_first_reply(database: Database) -> None:
    assert first_use(database) is None
    assert StoredReply(202, {"Location": "/v1/prompts/req_1"}, {"id": "req_1"}) == first_use(database)


def test_another_body_under_the_key_is_refused(database: Database) -> None:
    first_use(database)
    with database.transaction() as tx, pytest.raises(IdempotencyKeyReused) as caught:
        claim(tx, DM, ROUTE, "key-1", fingerprint_of({"prompt": "Who is Dwalin?"}))
    assert ("idempotency_key_reused", ErrorCategory.VALIDATION_ERROR) == (caught.value.code, caught.value.category)


def test_keys_belong_to_a_principal_and_a_route(database: Database) -> None:
    first_use(database)
    assert first_use(database, by=STRANGER) is None
    with database.transaction() as tx:
        assert claim(tx, DM, "POST /v1/generate/dungeon", "key-1", BODY) is None


def test_a_first_use_that_failed_leaves_the_key_free(database: Database) -> None:
    def fail() -> None:
        with database.transaction() as tx:
            claim(tx, DM, ROUTE, "key-1", BODY)
            raise RuntimeError("the effect failed")

    with pytest.raises(RuntimeError, match="the effect failed"):
        fail()
    with database.transaction() as tx:
        assert claim(tx, DM, ROUTE, "key-1", fingerprint_of("another body")) is None


def test_a_claim_that_was_committed_without_a_reply_is_claimed_again(database: Database) -> None:
    with database.transaction() as tx:
        assert claim(tx, DM, ROUTE, "key-1", BODY) is None
    assert first_use(database) is None
    assert first_use(database) is not None


def test_a_key_is_free_again_after_24_hours(database: Database) -> None:
    first_use(database)
    with database.transaction() as tx:
        tx.execute("UPDATE idempotency_keys SET expires_at = expires_at - interval '23 hours 59 minutes'")
    assert first_use(database) is not None
    with database.transaction() as tx:
        tx.execute("UPDATE idempotency_keys SET expires_at = expires_at - interval '2 minutes'")
    assert first_use(database) is None
    assert first_use(database) is not None


def test_saving_needs_a_claim(database: Database) -> None:
    with database.transaction() as tx, pytest.raises(RuntimeError, match="claim"):
        save(tx, DM, ROUTE, "key-1", status=202, body={})


def test_a_saved_reply_is_never_changed(database: Database) -> None:
    first_use(database)
    with database.transaction() as tx, pytest.raises(RuntimeError):
        save(tx, DM, ROUTE, "key-1", status=500, body={})


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a\0b", "\ud800"])
def test_a_key_that_cannot_be_stored_is_refused(database: Database, key: str) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput):
        claim(tx, DM, ROUTE, key, BODY)


def test_expired_keys_are_forgotten_and_others_kept(database: Database) -> None:
    for key in ("old-1", "old-2", "old-3"):
        first_use(database, key)
    with database.transaction() as tx:
        tx.execute("UPDATE idempotency_keys SET expires_at = clock_timestamp()")
    first_use(database, "new")
    with database.transaction() as tx:
        assert [2, 1, 0] == [forget_expired(tx, 2), forget_expired(tx, 2), forget_expired(tx, 2)]
    assert first_use(database, "new") is not None
