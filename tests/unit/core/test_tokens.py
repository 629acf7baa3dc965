"""Tokens hold for what they were made for, and for nothing else (C31, C32, RFC 8725)."""

import base64
import json
from datetime import timedelta
from uuid import UUID

import jwt
import pytest

from core.ids import new_uuid
from core.memo import Memo
from core.tokens import _AUDIENCE, ExpiredToken, InvalidToken, TokenKind, TokenSigner, _derive
from tests.support.clock import FakeClock

SECRET = "a secret of the installation, long enough"
SCOPES = frozenset({"prompts", "rules"})


@pytest.fixture
def signer(clock: FakeClock) -> TokenSigner:
    return TokenSigner(SECRET, clock)


def forge(
    clock: FakeClock, *, algorithm: str = "HS256", typ: str = "at+jwt", key: bytes | None = None, **changes
) -> str:
    """A token of the right key, and one thing wrong."""
    now = int(clock.now().timestamp())
    claims = {
        "iss": "dma-auth",
        "aud": _AUDIENCE[TokenKind.ACCESS],
        "sub": "user:dm",
        "iat": now,
        "exp": now + 60,
        "jti": "1",
        "scope": "prompts",
    } | changes
    claims = {name: value for name, value in claims.items() if value is not ...}
    return jwt.encode(claims, key or _derive(SECRET, TokenKind.ACCESS), algorithm=algorithm, headers={"typ": typ})


def test_an_access_token_tells_who_it_speaks_for(signer: TokenSigner) -> None:
    claims = signer.read_access_token(signer.create_access_token("user:dm", SCOPES, session="s1"))

    assert ("user:dm", SCOPES, "s1") == (claims.subject, claims.scopes, claims.session)


def test_a_forged_token_with_nothing_wrong_is_taken(signer: TokenSigner, clock: FakeClock) -> None:
    assert "user:dm" == signer.read_access_token(forge(clock)).subject


@pytest.mark.parametrize(
    "changes",
    [{name: ...} for name in ("iss", "aud", "sub", "iat", "exp", "jti", "scope")]
    + [
        {"iss": "somebody"},
        {"iss": "dma"},
        {"aud": "dma-agents"},
        {"sub": 7},
        {"exp": "soon"},
        {"exp": True},
        {"iat": None},
        {"scope": ["prompts"]},
        {"typ": "work+jwt"},
        {"typ": "JWT"},
        {"algorithm": "HS512"},
        {"key": b"x" * 32},
        {"key": _derive(SECRET, TokenKind.WORK)},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
def test_a_token_with_one_thing_wrong_is_refused(signer: TokenSigner, clock: FakeClock, changes: dict) -> None:
    with pytest.raises(InvalidToken):
        signer.read_access_token(forge(clock, **changes))


@pytest.mark.parametrize("algorithm", ["none", "None", "nOnE", "RS256"])
def test_the_algorithm_is_never_taken_from_the_header(signer: TokenSigner, clock: FakeClock, algorithm: str) -> None:
    head, body, signature = forge(clock).split(".")
    header = json.dumps({"alg": algorithm, "typ": "at+jwt"}).encode()
    changed = base64.urlsafe_b64encode(header).rstrip(b"=").decode()

    for token in (f"{changed}.{body}.{signature}", f"{changed}.{body}.", f"{head}.{body}."):
        with pytest.raises(InvalidToken):
            signer.read_access_token(token)


@pytest.mark.parametrize("token", ["", ".", "a.b.c", "eyJ", "\x00", "[" * 10_000, "\u00e9.\u00e9.\u00e9"])
def test_what_is_no_token_is_refused(signer: TokenSigner, token: str) -> None:
    with pytest.raises(InvalidToken):
        signer.read_access_token(token)


def test_a_deeply_nested_header_is_refused(signer: TokenSigner) -> None:
    header = base64.urlsafe_b64encode(b'{"typ":' + b"[" * 20_000 + b"]" * 20_000 + b"}").rstrip(b"=").decode()

    with pytest.raises(InvalidToken):
        signer.read_access_token(f"{header}.e30.c2ln")


def test_a_token_ends_after_its_hour(signer: TokenSigner, clock: FakeClock) -> None:
    token = signer.create_access_token("user:dm", SCOPES)
    clock.advance(seconds=3599)
    signer.read_access_token(token)
    clock.advance(seconds=1)

    with pytest.raises(ExpiredToken, match="Token expired"):
        signer.read_access_token(token)


def test_a_token_from_the_future_is_refused(signer: TokenSigner, clock: FakeClock) -> None:
    with pytest.raises(InvalidToken):
        signer.read_access_token(forge(clock, iat=int(clock.now().timestamp()) + 31))


def test_a_token_that_would_live_longer_than_an_hour_is_refused(signer: TokenSigner, clock: FakeClock) -> None:
    with pytest.raises(InvalidToken):
        signer.read_access_token(forge(clock, exp=int(clock.now().timestamp()) + 3601))


def test_no_kind_of_token_opens_another_kinds_door(signer: TokenSigner, clock: FakeClock) -> None:
    access = signer.create_access_token("user:dm", SCOPES)
    work = signer.create_work_token("req_1/1", "scribe", new_uuid(), deadline_at=clock.now())

    with pytest.raises(InvalidToken):
        signer.read_access_token(work)
    with pytest.raises(InvalidToken):
        signer.read_work_token(access)


def test_a_work_token_names_its_step_its_agent_and_its_campaign(signer: TokenSigner, clock: FakeClock) -> None:
    campaign: UUID = new_uuid()
    claims = signer.read_work_token(signer.create_work_token("req_1/2", "scribe", campaign, deadline_at=clock.now()))

    assert ("req_1/2", "scribe", campaign) == (claims.task_id, claims.agent, claims.campaign_id)


@pytest.mark.parametrize(("deadline_in", "lives"), [(60, 300), (600, 630)])
def test_a_work_token_lives_until_the_later_of_300_s_and_the_deadline_plus_30_s(
    signer: TokenSigner, clock: FakeClock, deadline_in: int, lives: int
) -> None:
    deadline = clock.now() + timedelta(seconds=deadline_in)
    token = signer.create_work_token("req_1/1", "scribe", new_uuid(), deadline_at=deadline)

    clock.advance(seconds=lives - 1)
    signer.read_work_token(token)
    clock.advance(seconds=1)
    with pytest.raises(ExpiredToken):
        signer.read_work_token(token)


def test_token_that_was_good_once_is_still_held_against_the_clock(signer: TokenSigner, clock: FakeClock) -> None:
    token = signer.create_access_token("user:dm", SCOPES)
    assert [SCOPES] * 3 == [signer.read_access_token(token).scopes for _ in range(3)]

    clock.advance(seconds=-timedelta(minutes=1).total_seconds())
    with pytest.raises(InvalidToken):  # the clock was set back: the token comes from the future
        signer.read_access_token(token)
    clock.advance(seconds=timedelta(minutes=61).total_seconds())
    with pytest.raises(ExpiredToken):
        signer.read_access_token(token)


def test_token_is_checked_once_and_remembered_by_its_hash_alone(
    signer: TokenSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signer.create_access_token("user:dm", SCOPES)
    signer.read_access_token(token)
    monkeypatch.setattr(jwt, "decode", lambda *_, **__: pytest.fail("the signature was checked again"))

    assert "user:dm" == signer.read_access_token(token).subject
    assert token not in repr(vars(signer))
    for changed in (token[:-1], token + "A", token.swapcase()):
        with pytest.raises((InvalidToken, pytest.fail.Exception)):
            signer.read_access_token(changed)


def test_bad_tokens_are_not_remembered_and_the_memory_is_bounded(
    signer: TokenSigner, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signer, "_good", Memo(2))
    for number in range(5):
        signer.read_access_token(forge(clock, jti=str(number)))
        with pytest.raises(InvalidToken):
            signer.read_access_token(forge(clock, key=b"x" * 32, jti=str(number)))
    assert 2 == len(signer._good)
