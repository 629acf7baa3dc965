"""A small server that hands out the console's files and speaks the API's shapes, for tests of the page's own logic.

It is not the API: what it answers is what a test put there. The page against the real processes is in
`end_to_end/test_console.py`.
"""

import json
import mimetypes
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

WEB = Path(__file__).parents[2] / "web"
CAMPAIGN = "00000000-0000-4000-8000-000000000001"
REQUEST_ID = "req_" + "a1" * 16
NPC_ID = "npc_" + "b2" * 16
BORIN = {
    "id": NPC_ID,
    "uuid": NPC_ID.partition("_")[2],
    "type": "npc",
    "campaign_id": CAMPAIGN,
    "name": "Borin",
    "description": "Keeps the **only** forge.",
    "attributes": {
        "abilities": {"str": 17, "dex": 9, "con": 16, "int": 10, "wis": 12, "cha": 8},
        "thac0": 18,
        "saves": {"rod_staff_wand": 15},
        "equipment": ["hammer", "apron"],
        "mount": None,
    },
    "version": 2,
    "state": "draft",
    "created_at": "2025-06-28T10:30:00Z",
    "updated_at": "2025-06-28T10:30:00Z",
}
DUNGEON_ID = "dun_" + "c3" * 16
DELVE = {
    **BORIN,
    "id": DUNGEON_ID,
    "type": "dungeon",
    "name": "The Silent Delve",
    "attributes": {"levels": 2},
    "secret": {"dungeon": {"goal": {"what": "Mother Lode (room 9)"}}},
}
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; frame-ancestors 'none'; object-src 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class Call:
    """One request that the page made."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any

    @property
    def token(self) -> str:
        """The bearer token, or an empty text."""
        return self.headers.get("authorization", "").removeprefix("Bearer ")


@dataclass(frozen=True)
class Reply:
    """What the server says; a body that is not None is sent as JSON, bytes as they are."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answer = Callable[[Call], Reply]


def problem(status: int, title: str, detail: str = "", **more: Any) -> Reply:
    """Return a problem document (RFC 9457) in the API's shape."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, **more}
    return Reply(body, status, {"Content-Type": "application/problem+json"})


def view(status: str = "processing", *states: str, content: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a request's view with one step per state, and a result when there is content."""
    agents = ("world_designer", "scribe", "orchestrator")
    titles = ("Make the person", "Remember what was made", "Finish")
    steps = [
        {"step_no": number, "agent": agent, "title": title, "action": "x", "state": state, "attempts": 1}
        for number, (agent, title, state) in enumerate(zip(agents, titles, states, strict=False), start=1)
    ]
    result = {} if content is None else {"result": {"content": content, "entities_created": [], "tokens_used": 0}}
    return {"request_id": REQUEST_ID, "status": status, "plan": steps, **result, **more}


class Stub:
    """The answers by route, the calls so far, and who may come in."""

    def __init__(self) -> None:
        """Start with an API where everything goes well and nobody is signed in."""
        self.calls: list[Call] = []
        self.tokens = {"pasted-token"}
        self.login_codes = {"once-only"}
        self.cookie: str | None = None
        self.expires_in = 3600
        self.url = ""
        self.lock = threading.Lock()
        self.answers: dict[str, Answer] = {
            "POST /v1/auth/token": self._redeem,
            "POST /v1/auth/refresh": self._refresh,
            "POST /v1/auth/revoke": self._revoke,
            "GET /v1/status": lambda _: Reply(
                {"status": "ok", "parts": {"postgres": {"status": "ok"}, "scribe": {"status": "ok"}}}
            ),
            "GET /v1/campaigns": lambda _: Reply({"items": [{"id": CAMPAIGN, "name": "The first campaign"}]}),
            "POST /v1/prompts": lambda _: Reply({"request_id": REQUEST_ID, "status": "processing"}, 202),
            "GET /v1/prompts/[^/]+": lambda _: Reply(view("completed", "done", content="Done.")),
        }

    def shows(self, content: str, **result: Any) -> None:
        """Let the next requests end with this answer."""
        body = view("completed", "done", "done", content=content)
        body["result"].update(result)
        self.answers["GET /v1/prompts/[^/]+"] = lambda _: Reply(body)

    def shows_delve(self, picture: bytes) -> str:
        """Let the next requests end with a dungeon whose map is this picture (PNG); returns the dungeon's route."""
        route = f"GET /v1/entities/dungeon/{DUNGEON_ID}"
        self.answers[route] = lambda _: Reply(DELVE)
        self.answers[f"{route}/map.png"] = lambda _: Reply(picture, headers={"Content-Type": "image/png"})
        self.shows("# The Silent Delve", entities_created=[DUNGEON_ID])
        return route

    def made(self, route: str) -> list[Call]:
        """Return the calls of a route such as `POST /v1/prompts`, in order."""
        return [call for call in self.calls if f"{call.method} {call.path}" == route]

    def answer(self, call: Call) -> Reply:
        with self.lock:
            self.calls.append(call)
            for route, answer in self.answers.items():
                if re.fullmatch(route, f"{call.method} {call.path}"):
                    return answer(call) if self._may_enter(call) else problem(401, "Authentication required")
        return problem(404, "Resource not found")

    def _may_enter(self, call: Call) -> bool:
        return call.path.startswith("/v1/auth/") or call.token in self.tokens

    def _redeem(self, call: Call) -> Reply:
        if call.body["login_code"] not in self.login_codes:
            return problem(401, "Invalid token")
        self.login_codes.remove(call.body["login_code"])
        return self._grant()

    def _refresh(self, call: Call) -> Reply:
        return self._grant() if self._has_cookie(call) else problem(401, "Authentication required")

    def _revoke(self, call: Call) -> Reply:
        if call.token not in self.tokens or not self._has_cookie(call):
            return problem(401, "Authentication required")
        self.cookie = None
        self.tokens.discard(call.token)
        return Reply(status=204)

    def _has_cookie(self, call: Call) -> bool:
        sent = call.headers.get("cookie", "")
        is_console = call.headers.get("x-dma-console") == "1"
        return is_console and self.cookie is not None and f"dma_refresh={self.cookie}" in sent

    def _grant(self) -> Reply:
        number = len(self.calls)
        self.cookie = f"cookie-{number}"
        self.tokens.add(f"token-{number}")
        body = {"access_token": f"token-{number}", "token_type": "Bearer", "expires_in": self.expires_in}
        cookie = f"dma_refresh={self.cookie}; HttpOnly; SameSite=Strict; Path=/v1/auth"
        return Reply(body, headers={"Set-Cookie": cookie})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # Head and body are two writes; the second should not wait for an acknowledgement.
    stub: Stub

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.startswith("/v1/"):
            self._answer()
        else:
            self._file(WEB / ("index.html" if path == "/" else path.lstrip("/")))

    def do_POST(self) -> None:
        self._answer()

    def _answer(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, self.path.partition("?")[0], headers, json.loads(raw) if raw else None)
        reply = self.stub.answer(call)
        body = (
            reply.body
            if isinstance(reply.body, bytes)
            else b""
            if reply.body is None
            else json.dumps(reply.body).encode()
        )
        self._send(reply.status, body, {"Content-Type": "application/json", **reply.headers})

    def _file(self, path: Path) -> None:
        if not path.is_file():
            self._send(HTTPStatus.NOT_FOUND, b"", {})
            return
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        self._send(HTTPStatus.OK, path.read_bytes(), {"Content-Type": kind})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {**SECURITY_HEADERS, **headers}.items():
            self.send_header(name, value)
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the base class names it so)
        """Keep quiet: the calls are in the stub."""


@contextmanager
def running_stub() -> Iterator[Stub]:
    """Serve the console on a free port of this machine until the block ends; `url` ends with a slash."""
    stub = Stub()
    handler = type("Handler", (_Handler,), {"stub": stub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stub.url = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        yield stub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
