"""Sign-in codes, refresh tokens and their families, and service tokens (R58, T7, T8)."""

from datetime import timedelta

import pytest

from core.errors import AuthenticationError, InvalidInput
from core.ids import new_uuid
from store.auth_tokens import (
    Rotation,
    create_login_code,
    create_service_token,
    family_revoked,
    forget_expired,
    issue_refresh_token,
    redeem_login_code,
    revoke_family,
    revoke_service_token,
    rotate_refresh_token,
    rotate_service_token,
    verify_service_token,
)
from store.database import Database
from store.errors import IdAlreadyUsed, InvalidRefreshToken, InvalidServiceToken, RefreshTokenReused
from tests.integration.store.conftest import DM

SCOPES = frozenset({"prompts:write", "entities:read"})


def pass_time(database: Database, **duration: float) -> None:
    """Move every stored time into the past: the same as waiting, for the database's clock is the only one asked."""
    by = timedelta(**duration)
    with database.transaction() as tx:
        tx.execute("UPDATE login_codes SET expires_at = expires_at - %s", (by,))
        tx.execute(
            """UPDATE refresh_tokens SET issued_at = issued_at - %(by)s, expires_at = expires_at - %(by)s,
                                         used_at = used_at - %(by)s""",
            {"by": by},
        )
        tx.execute(
            """UPDATE service_tokens SET rotated_at = rotated_at - %(by)s, expires_at = expires_at - %(by)s,
                                         last_used_at = last_used_at - %(by)s""",
            {"by": by},
        )


def issue(database: Database, **given) -> str:
    with database.transaction() as tx:
        return issue_refresh_token(tx, DM, SCOPES, **given)


def rotate(database: Database, token: str) -> Rotation:
    with database.transaction() as tx:
        return rotate_refresh_token(tx, token)


def verify(database: Database, token: str) -> frozenset[str]:
    with database.transaction() as tx:
        return verify_service_token(tx, token).scopes


def everything_stored(database: Database) -> str:
    with database.transaction() as tx:
        rows = [
            tx.execute(f"SELECT * FROM {table}").fetchall()
            for table in ("login_codes", "refresh_tokens", "service_tokens")
        ]
    return str(rows)


def test_a_login_code_signs_in_once(database: Database) -> None:
    with database.transaction() as tx:
        code = create_login_code(tx, DM)
        assert [DM, None] == [redeem_login_code(tx, code), redeem_login_code(tx, code)]


@pytest.mark.parametrize("code", ["", "unknown", "a\0b", "\ud800", "x" * 10_000])
def test_an_unknown_login_code_signs_nobody_in(database: Database, code: str) -> None:
    with database.transaction() as tx:
        create_login_code(tx, DM)
        assert redeem_login_code(tx, code) is None


def test_a_login_code_expires(database: Database) -> None:
    with database.transaction() as tx:
        code = create_login_code(tx, DM, 60)
    pass_time(database, seconds=61)
    with database.transaction() as tx:
        assert redeem_login_code(tx, code) is None


def test_a_refresh_token_gives_its_holder_and_a_successor_of_the_same_family(database: Database) -> None:
    family = new_uuid()
    token = issue(database, family=family)
    first = rotate(database, token)
    second = rotate(database, first.token)

    assert [(DM, SCOPES, family)] * 2 == [(each.subject, each.scopes, each.family) for each in (first, second)]
    assert 3 == len({token, first.token, second.token})


def test_a_repeat_within_the_grace_gets_the_same_successor(database: Database) -> None:
    token = issue(database)
    first = rotate(database, token)
    pass_time(database, seconds=19)
    assert first == rotate(database, token)
    assert rotate(database, first.token).token != first.token


def test_a_repeat_after_the_grace_revokes_the_whole_family_for_good(database: Database) -> None:
    family = new_uuid()
    token = issue(database, family=family)
    newest = rotate(database, rotate(database, token).token)
    pass_time(database, seconds=21)

    with pytest.raises(RefreshTokenReused):
        rotate(database, token)

    with database.transaction() as tx:
        assert family_revoked(tx, family)
    for each in (token, newest.token):
        with pytest.raises(InvalidRefreshToken):
            rotate(database, each)


def test_other_families_of_the_same_person_live_on(database: Database) -> None:
    stolen, other = issue(database), issue(database)
    rotate(database, stolen)
    pass_time(database, seconds=21)
    with pytest.raises(RefreshTokenReused):
        rotate(database, stolen)
    assert DM == rotate(database, other).subject


def test_signing_out_revokes_by_any_token_of_the_family(database: Database) -> None:
    family = new_uuid()
    first = issue(database, family=family)
    second = rotate(database, first).token
    with database.transaction() as tx:
        assert not family_revoked(tx, family)
        assert revoke_family(tx, first)
        assert family_revoked(tx, family)
        assert not revoke_family(tx, "unknown")
    with pytest.raises(InvalidRefreshToken):
        rotate(database, second)


def test_a_successor_made_while_signing_out_is_revoked_too(database: Database) -> None:
    first = issue(database)
    second = rotate(database, first).token
    with database.transaction() as slow:
        third = rotate_refresh_token(slow, second).token
        with database.transaction() as tx:  # cannot see the third token yet
            assert revoke_family(tx, first)
    with pytest.raises(InvalidRefreshToken):
        rotate(database, third)


def test_a_family_ends_thirty_days_after_it_began_however_often_it_is_rotated(database: Database) -> None:
    token = issue(database)
    for _ in range(3):
        token = rotate(database, token).token
        pass_time(database, days=9.9)
    newest = rotate(database, token).token
    pass_time(database, days=0.4)
    with pytest.raises(InvalidRefreshToken):
        rotate(database, newest)


def test_an_unknown_family_counts_as_revoked(database: Database) -> None:
    with database.transaction() as tx:
        assert family_revoked(tx, new_uuid())


@pytest.mark.parametrize("token", ["", "unknown", "\0", "\udfff"])
def test_an_unknown_refresh_token_is_refused(database: Database, token: str) -> None:
    with pytest.raises(InvalidRefreshToken) as caught:
        rotate(database, token)
    assert isinstance(caught.value, AuthenticationError)


def test_no_secret_is_stored(database: Database) -> None:
    with database.transaction() as tx:
        code, service = create_login_code(tx, DM), create_service_token(tx, "backup", ["admin"])
    token = issue(database)
    successor = rotate(database, token).token

    stored = everything_stored(database)
    for secret in (code, token, successor, service.rpartition("_")[2]):
        assert secret not in stored
        assert secret.encode().hex() not in stored


def test_what_has_expired_is_forgotten(database: Database) -> None:
    with database.transaction() as tx:
        create_login_code(tx, DM)
    rotate(database, issue(database))
    pass_time(database, hours=2)
    with database.transaction() as tx:
        assert 1 == forget_expired(tx)
        left = tx.execute("SELECT count(*) AS tokens, count(successor_key) AS keys FROM refresh_tokens").fetchone()
        assert {"tokens": 2, "keys": 0} == left
    pass_time(database, days=32)
    with database.transaction() as tx:
        assert 2 == forget_expired(tx)


def test_a_service_token_names_its_program_and_scopes(database: Database) -> None:
    with database.transaction() as tx:
        token = create_service_token(tx, "backup-1", ["entities:read", "admin"])
        found = verify_service_token(tx, token)
    assert token.startswith("svc_backup-1_")
    assert ("backup-1", {"entities:read", "admin"}) == (found.id, found.scopes)


def test_the_previous_secret_holds_for_one_hour_after_a_rotation(database: Database) -> None:
    with database.transaction() as tx:
        first = create_service_token(tx, "backup", ["admin"])
        second = rotate_service_token(tx, "backup")
    assert {"admin"} == verify(database, first) == verify(database, second)

    pass_time(database, minutes=59)
    assert {"admin"} == verify(database, first)
    pass_time(database, minutes=2)
    with pytest.raises(InvalidServiceToken):
        verify(database, first)
    assert {"admin"} == verify(database, second)


def test_only_the_last_secret_is_the_previous_one(database: Database) -> None:
    with database.transaction() as tx:
        first = create_service_token(tx, "backup", ["admin"])
        rotate_service_token(tx, "backup")
        rotate_service_token(tx, "backup")
    with pytest.raises(InvalidServiceToken):
        verify(database, first)


def test_a_service_token_expires_after_24_hours_and_a_late_rotation_does_not_bring_it_back(database: Database) -> None:
    with database.transaction() as tx:
        first = create_service_token(tx, "backup", ["admin"])
    pass_time(database, hours=24, seconds=1)
    with pytest.raises(InvalidServiceToken):
        verify(database, first)
    with database.transaction() as tx:
        second = rotate_service_token(tx, "backup")
    with pytest.raises(InvalidServiceToken):
        verify(database, first)
    assert {"admin"} == verify(database, second)


def test_a_revoked_service_token_ends_at_once_with_its_previous_one(database: Database) -> None:
    with database.transaction() as tx:
        first = create_service_token(tx, "backup", ["admin"])
        second = rotate_service_token(tx, "backup")
        assert [True, False] == [revoke_service_token(tx, "backup"), revoke_service_token(tx, "backup")]
    for token in (first, second):
        with pytest.raises(InvalidServiceToken):
            verify(database, token)
    with pytest.raises(InvalidServiceToken), database.transaction() as tx:
        rotate_service_token(tx, "backup")


@pytest.mark.parametrize(
    "token",
    [
        "", "svc_", "svc_backup", "svc_backup_", f"svc_backup_{'0' * 64}", f"svc_nobody_{'0' * 64}",
        f"svc_backup_{'0' * 63}\0", f"svc_backup_{'0' * 64}\n", f"Bearer svc_backup_{'0' * 64}", "svc_\ud800_x",
    ],
)  # fmt: skip
def test_every_wrong_service_token_gets_the_same_answer(database: Database, token: str) -> None:
    with database.transaction() as tx:
        create_service_token(tx, "backup", ["admin"])
    with pytest.raises(InvalidServiceToken) as caught:
        verify(database, token)
    assert "Invalid service token" == str(caught.value)


@pytest.mark.parametrize("token_id", ["", "Backup", "a_b", "a b", "x" * 65, "a\0"])
def test_an_id_that_would_not_parse_is_refused(database: Database, token_id: str) -> None:
    with database.transaction() as tx, pytest.raises(InvalidInput):
        create_service_token(tx, token_id, [])


def test_a_second_program_of_the_same_id_is_refused(database: Database) -> None:
    with database.transaction() as tx:
        create_service_token(tx, "backup", [])
        with pytest.raises(IdAlreadyUsed):
            create_service_token(tx, "backup", ["admin"])


def test_the_last_use_is_noted_without_waiting_for_others_who_note_it(database: Database) -> None:
    with database.transaction() as tx:
        token = create_service_token(tx, "backup", ["admin"])
    with database.transaction() as busy:
        busy.execute("SELECT FROM service_tokens FOR UPDATE")
        assert {"admin"} == verify(database, token)
    verify(database, token)
    with database.transaction() as tx:
        row = tx.execute("SELECT last_used_at IS NOT NULL AS noted FROM service_tokens").fetchone()
    assert {"noted": True} == row
