"""Logs: one JSON object a line, with what is bound, without secrets."""

import contextlib
import io
import json
import logging
import sys
import threading
from pathlib import Path

import pytest
import structlog

from telemetry.logs import LockFreeHandler, bind, configure_logs, get_logger


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """What this process logs from now on, parsed."""
    root = logging.getLogger()
    before = root.handlers[:], root.level
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    configure_logs(service="scribe", environment="local", version="2.0.0", folder=tmp_path)
    yield lambda: [json.loads(line) for line in out.getvalue().splitlines()]
    root.handlers[:], level = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_every_line_carries_service_environment_version_and_what_is_bound(lines) -> None:
    with bind(request_id="req_1"):
        get_logger("a").info("task_completed", duration_ms=3)
        logging.getLogger("a.library").warning("told by %s", "a library")

    ours, theirs = lines()
    for line in (ours, theirs):
        assert ("req_1", "scribe", "local", "2.0.0") == (
            line["request_id"],
            line["service"],
            line["environment"],
            line["version"],
        )
    assert ("task_completed", 3) == (ours["event"], ours["duration_ms"])
    assert "told by a library" == theirs["event"]


def test_what_was_bound_is_gone_behind_the_block(lines) -> None:
    with bind(request_id="req_1"):
        pass
    get_logger("b").info("later")

    assert "request_id" not in lines()[0]


def test_every_line_is_kept_in_the_file_of_the_process_too(lines, tmp_path: Path) -> None:
    get_logger("a").info("said")

    assert [json.loads(line) for line in (tmp_path / "scribe.jsonl").read_text().splitlines()] == lines()
    assert 0o600 == (tmp_path / "scribe.jsonl").stat().st_mode & 0o777


def test_a_line_tells_no_secret_and_of_a_prompt_its_length(lines) -> None:
    with bind(headers={"Authorization": "Bearer aaaa.bbbb.cccc", "Accept": "*/*"}):
        try:
            raise ValueError("no host at postgresql://dma:hunter22@127.0.0.1/dma")
        except ValueError:
            get_logger("c").exception("failed", prompt="The duke is a vampire", tokens_used=5)

    (line,) = lines()
    assert {"Authorization": "[redacted]", "Accept": "*/*"} == line["headers"]
    assert line["prompt"].startswith("[21 characters, ")
    assert 5 == line["tokens_used"]
    assert "hunter22" not in line["exception"]
    assert "127.0.0.1" in line["exception"]


def test_lines_for_people_hold_no_control_characters_and_the_file_stays_json(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, lines
) -> None:
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    configure_logs(service="api", environment="local", version="2.0.0", as_json=False, folder=tmp_path)
    get_logger("a").info("told", path="/v1\x1b[2J\nroot logged in")

    (line,) = out.getvalue().splitlines()
    assert "\x1b[2J" not in line
    assert "told" in line
    assert "/v1\x1b[2J\nroot logged in" == json.loads((tmp_path / "api.jsonl").read_text())["path"]


def test_an_exception_is_told_in_one_line(lines) -> None:
    try:
        raise ValueError("broken\nin two lines")
    except ValueError:
        get_logger("c").exception("failed")

    (line,) = lines()
    assert "ValueError" in line["exception"]


class _Interrupted(BaseException):
    """What dramatiq raises in a thread whose time is up."""


def test_a_thread_that_is_interrupted_in_the_middle_of_a_line_keeps_no_other_from_logging(
    lines, monkeypatch: pytest.MonkeyPatch
) -> None:
    handler = next(each for each in logging.getLogger().handlers if isinstance(each, LockFreeHandler))

    def interrupt() -> None:
        raise _Interrupted

    with monkeypatch.context() as patched:
        patched.setattr(handler, "release", interrupt)  # the first instruction of `release` is one of those places
        thread = threading.Thread(target=_log_until_interrupted, daemon=True)
        thread.start()
        thread.join(5)
    other = threading.Thread(target=lambda: get_logger("a").info("second"), daemon=True)
    other.start()
    other.join(5)

    assert not other.is_alive()
    assert ["first", "second"] == [line["event"] for line in lines()]


def _log_until_interrupted() -> None:
    with contextlib.suppress(_Interrupted):
        get_logger("a").info("first")


def test_lines_of_many_threads_stay_whole(lines) -> None:
    def say() -> None:
        for _ in range(50):
            get_logger("a").info("said", text="x" * 500)

    threads = [threading.Thread(target=say) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert 400 == len(lines())
