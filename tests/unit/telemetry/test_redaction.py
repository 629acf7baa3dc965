"""What a log never tells."""

import pytest

from telemetry.redaction import Redaction


@pytest.mark.parametrize(
    ("name", "value", "hidden"),
    [
        ("authorization", "Bearer abc", "abc"),
        ("DEV_TOKEN", "abc", "abc"),
        ("work_token", b"abc", "abc"),
        ("Set-Cookie", "dma_session=abc", "abc"),
        ("openai_api_key", "abc", "abc"),
        ("error_message", "bad token eyJhbGciOi.eyJzdWIi.c2ln", "eyJ"),
        ("error_message", "svc_job_abcdef refused", "abcdef"),
        ("error_message", "key sk-proj-Zm9vYmFy is not valid", "Zm9vYmFy"),
        ("error_message", "sent Bearer abcdefgh", "abcdefgh"),
        ("error_message", "host=db password=hunter22 user=dma", "hunter22"),
        ("url", "postgresql://dma:hunter22@127.0.0.1/dma", "hunter22"),
        ("args", ["redis://:hunter22@127.0.0.1/0"], "hunter22"),
        ("facts", {"inner": {"password": "hunter22"}}, "hunter22"),
        ("error", ValueError("token=hunter22"), "hunter22"),
        ("prompt", "The duke is a vampire", "vampire"),
        ("params", {"question": "Is the duke a vampire?"}, "vampire"),
    ],
)
def test_secrets_and_what_people_wrote_are_hidden_by_name_and_by_look(name: str, value: object, hidden: str) -> None:
    told = str(Redaction().named(name, value))

    assert hidden not in told
    assert "[" in told


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("tokens_used", 12),
        ("prompt_length", 21),
        ("task_id", "req_0190c3a2d4e57b1c8f00a1b2c3d4e5f6/1"),
        ("address", "http://127.0.0.1:8000"),
        ("idempotency_key", "0190c3a2d4e57b1c8f00a1b2c3d4e5f6/1"),
        ("password", None),
    ],
)
def test_what_an_operator_needs_is_told_as_it_is(name: str, value: object) -> None:
    assert value == Redaction().named(name, value)


def test_the_same_text_is_known_again_and_told_whole_to_whoever_opted_in() -> None:
    first, second, other = (Redaction().named("prompt", text) for text in ("a duke", "a duke", "a dame"))

    assert first == second != other
    assert "a duke" == Redaction(tells_prompts=True).named("prompt", "a duke")
    assert "[redacted]" == Redaction(tells_prompts=True).named("password", "a duke")


def test_what_holds_itself_ends_somewhere() -> None:
    endless: dict[str, object] = {"password": "hunter22"}
    endless["inner"] = endless

    assert "hunter22" not in str(Redaction().named("facts", endless))
