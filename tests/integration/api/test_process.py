"""The process itself: `python -m api.main` over a real socket, from the ready text to the stop signal."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from contracts.queues import Queue
from core.settings import DEFAULT_CAMPAIGN_ID
from orchestrator.broker import build_broker

ROOT = Path(__file__).parents[3]
START_SECONDS = 40


@contextmanager
def running(home: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("DMA_", "DATABASE", "REDIS"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "api.main"],
        cwd=ROOT,
        env=clean | {"DMA_HOME": str(home)} | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def live_pools(redis_url: str) -> Iterator[None]:
    """One consumer for every queue, as living workers would have."""
    broker = build_broker(redis_url)
    consumers = [broker.consume(queue.value) for queue in Queue]
    yield
    for consumer in consumers:
        consumer.close()
    broker.close()


def read_until(process: subprocess.Popen[str], pattern: str) -> str:
    """Standard output up to and with the first line that matches."""
    assert process.stdout is not None
    text, deadline = "", time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        line = process.stdout.readline()
        text += line
        if re.search(pattern, line):
            return text
        if not line:
            break
    raise AssertionError(f"{pattern!r} did not come; there was:\n{text}")


def test_ready_text_leads_to_a_console_code_that_signs_in_and_a_curl_line_that_works(
    tmp_path: Path, database_url: str, redis_url: str, live_pools: None
) -> None:
    with running(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, DMA_PORT="0") as process:
        text = read_until(process, r'"campaign_id"')
        console = re.search(r"(http://127\.0\.0\.1:[0-9]+)/#code=(\S+)", text)
        assert console is not None
        address, code = console.groups()
        assert f"{address}/docs" in text
        assert f"$(cat {tmp_path / 'dev_token'})" in text
        assert DEFAULT_CAMPAIGN_ID in text
        signed_in = httpx.post(f"{address}/v1/auth/token", json={"login_code": code})
        headers = {"Authorization": f"Bearer {signed_in.json()['access_token']}"}
        assert "ok" == httpx.get(f"{address}/v1/status", headers=headers).json()["status"]
        token = (tmp_path / "dev_token").read_text().strip()
        assert 200 == httpx.get(f"{address}/v1/campaigns", headers={"Authorization": f"Bearer {token}"}).status_code
        check_what_only_a_socket_shows(address.removeprefix("http://"), token)
        process.send_signal(signal.SIGTERM)
        assert 0 == process.wait(timeout=10)


def check_what_only_a_socket_shows(netloc: str, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    large = b"x" * (11 * 1024 * 1024)
    for content in (large, (large[i : i + 65_536] for i in range(0, len(large), 65_536))):
        response = httpx.post(f"http://{netloc}/v1/prompts", content=content, headers=headers)
        assert (413, "body_too_large") == (response.status_code, response.json()["code"])
    head = httpx.head(f"http://{netloc}/healthz")
    assert (200, b"") == (head.status_code, head.content)
    assert "server" not in head.headers
    assert 421 == httpx.get(f"http://{netloc}/healthz", headers={"Host": "evil.example"}).status_code
    connection = http.client.HTTPConnection(netloc, timeout=10)
    for path, status in (("/healthz", 200), ("/v1/nothing", 404), ("/healthz", 200)):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert (status, True) == (answer.status, bool(answer.read()))  # one connection serves them all
    connection.close()


UNREADABLE = [b"GET /v1/\x00 HTTP/1.1", b"GET / HTTP/1.1\r\nX-A: a\x00b", b"FOO /healthz HTTP/1.1", b"\x16\x03\x01\x02"]


def test_what_is_no_http_is_a_problem_with_all_headers_too(
    tmp_path: Path, database_url: str, redis_url: str, live_pools: None
) -> None:
    with running(tmp_path, DATABASE_URL=database_url, REDIS_URL=redis_url, DMA_PORT="0") as process:
        text = read_until(process, r'"campaign_id"')
        port = re.search(r"http://127\.0\.0\.1:([0-9]+)/docs", text)
        assert port is not None
        for sent in UNREADABLE:
            with socket.create_connection(("127.0.0.1", int(port[1])), timeout=10) as connection:
                connection.sendall(sent + b"\r\n\r\n")
                answer = http.client.HTTPResponse(connection)
                answer.begin()
                problem = json.loads(answer.read())
            assert (400, "application/problem+json") == (answer.status, answer.getheader("content-type"))
            assert answer.getheader("X-Request-ID") == problem["request_id"]
            assert answer.getheader("X-Response-Time") == "0ms"
            assert "nosniff" == answer.getheader("X-Content-Type-Options")
            assert (
                0 < int(answer.getheader("X-RateLimit-Remaining", "")) < int(answer.getheader("X-RateLimit-Limit", ""))
            )


def test_restarted_process_says_one_line_only(
    tmp_path: Path, database_url: str, redis_url: str, live_pools: None
) -> None:
    urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}
    with running(tmp_path, **urls, DMA_PORT="0", DMA_RESTARTS="1") as process:
        text = read_until(process, r'"event": "ready"')
    assert "#code=" not in text


def test_port_that_is_set_and_taken_ends_the_process_with_78_and_a_clear_text(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(tmp_path, DATABASE_URL="postgresql://x/y", REDIS_URL="redis://x", DMA_PORT=port) as process:
            _, errors = process.communicate(timeout=START_SECONDS)
    assert 78 == process.returncode
    assert port in errors
    assert "DMA_PORT" in errors


def test_setting_that_is_not_allowed_ends_the_process_with_78(tmp_path: Path) -> None:
    with running(tmp_path, DMA_ENVIRONMENT="production") as process:
        _, errors = process.communicate(timeout=START_SECONDS)
    assert (78, True) == (process.returncode, "SECRET_KEY" in errors)


def test_servers_that_lose_data_end_a_start_with_78_elsewhere_than_locally(
    tmp_path: Path, database_url: str, redis_url: str
) -> None:
    urls = {"DATABASE_URL": database_url, "REDIS_URL": redis_url}  # the tests' Postgres runs with fsync=off
    secrets = {"DMA_ENVIRONMENT": "staging", "SECRET_KEY": "0123456789abcdef" * 3}
    with running(tmp_path, **urls, **secrets, DMA_PORT="0") as process:
        _, errors = process.communicate(timeout=START_SECONDS)
    assert (78, True) == (process.returncode, "fsync=off" in errors)
