"""A server that speaks the OpenAI protocol and breaks it on request: every fault is a function of one answer."""

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Fault = Callable[["Answer"], None]
TOKENS = 321


class Answer:
    """One call as the server sees it, and the ways to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], stopped: threading.Event) -> None:
        self.handler, self.body, self.stopped = handler, body, stopped

    @property
    def passages(self) -> list[dict[str, Any]]:
        """What is to be reworded."""
        fence, data, _ = self.body["messages"][1]["content"].split("\n")
        assert fence in self.body["messages"][0]["content"]
        return json.loads(data)

    def head(self, status: int, content_type: str = "text/event-stream", **headers: str) -> None:
        self.handler.send_response(status)
        for name, value in {"Content-Type": content_type, "Connection": "close", **headers}.items():
            self.handler.send_header(name.replace("_", "-"), value)
        self.handler.end_headers()

    def write(self, text: str) -> None:
        self.handler.wfile.write(text.encode())
        self.handler.wfile.flush()

    def chunk(self, content: str | None = None, finish: str | None = None, **more: Any) -> None:
        delta = {} if content is None else {"role": "assistant", "content": content}
        choice = {"index": 0, "delta": delta | more, "finish_reason": finish}
        self.event({"choices": [choice]})

    def event(self, data: dict[str, Any]) -> None:
        base = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": self.body["model"]}
        self.write(f"data: {json.dumps(base | data)}\n\n")

    def stream(self, text: str, finish: str = "stop") -> None:
        """A whole answer in three parts, with its usage."""
        self.head(200)
        for at in range(0, len(text), len(text) // 3 + 1):
            self.chunk(text[at : at + len(text) // 3 + 1])
        self.chunk(finish=finish)
        usage = {"prompt_tokens": TOKENS - 21, "completion_tokens": 21, "total_tokens": TOKENS}
        self.event({"choices": [], "usage": usage})
        self.write("data: [DONE]\n\n")


class LlmServer(ThreadingHTTPServer):
    """Answers as `faults` say, one after another, and truthfully when there are none left.

    Attributes:
        always: Instead of the truth.
        calls: Bodies of the calls so far.
        paths: Their paths.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults: list[Fault] = []
        self.always: Fault = truth
        self.calls: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.stopped = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1"


class _Handler(BaseHTTPRequestHandler):
    server: LlmServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.calls.append(body)
        self.server.paths.append(self.path)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        fault = self.server.faults.pop(0) if self.server.faults else self.server.always
        with contextlib.suppress(OSError):  # the client had enough
            fault(Answer(self, body, self.server.stopped))
        self.close_connection = True

    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def running_server() -> Iterator[LlmServer]:
    """A server in threads of this process."""
    server = LlmServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        server.server_close()
        thread.join()


def asking(server: LlmServer) -> dict[str, str]:
    """What an installation must be set to, to ask this server."""
    return {"DMA_LLM_MODEL": "tiny", "DMA_LLM_BASE_URL": server.url, "DMA_LLM_ALLOW_PRIVATE": "true"}


def texts(**by_key: str) -> str:
    return json.dumps({"texts": [{"key": key, "text": text} for key, text in by_key.items()]})


def truth(answer: Answer) -> None:
    """Every passage in other words that say the same."""
    told = {one["key"]: f"Here and now: {one['text'][:1].lower()}{one['text'][1:]}" for one in answer.passages}
    answer.stream(texts(**told))


def lie(*, add: str) -> Fault:
    """Every passage as it was, and something more."""

    def fault(answer: Answer) -> None:
        answer.stream(texts(**{one["key"]: f"{one['text']} {add}" for one in answer.passages}))

    return fault


def status(code: int, *, error_code: str | None = None, **headers: str) -> Fault:
    def fault(answer: Answer) -> None:
        answer.head(code, "application/json", **headers)
        answer.write(json.dumps({"error": {"message": "no", "type": "t", "code": error_code}}))

    return fault


def hang(answer: Answer) -> None:
    """Take the question and never answer."""
    answer.stopped.wait(60)


def drip(answer: Answer) -> None:
    """Sign after sign that the connection lives, and nothing else."""
    answer.head(200)
    while not answer.stopped.is_set():
        answer.write(": still here\n\n")
        time.sleep(0.05)


def html(answer: Answer) -> None:
    answer.head(200, "text/html")
    answer.write("<html><body>Welcome to the captive portal</body></html>")


def broken_events(answer: Answer) -> None:
    answer.head(200)
    answer.write('data: {"choices": [{"delta": \n\ndata: \x00\xff\n\n')


def strange_json(answer: Answer) -> None:
    answer.head(200)
    answer.write('data: {"choices": 7, "usage": "many"}\n\ndata: [DONE]\n\n')


def truncated(answer: Answer) -> None:
    answer.head(200)
    answer.chunk('{"texts": [{"key": "look", "te')


def reset(answer: Answer) -> None:
    answer.head(200, Content_Length="100000")
    answer.chunk("{")


def wrong_shape(answer: Answer) -> None:
    answer.stream('{"texts": [{"key": "look", "text": "x", "run": "rm -rf /"}]}')


def endless(answer: Answer) -> None:
    answer.head(200)
    while not answer.stopped.is_set():
        answer.chunk("word " * 2_000)


def one_long_line(answer: Answer) -> None:
    answer.head(200)
    while not answer.stopped.is_set():
        answer.write("x" * 100_000)


def finished(reason: str) -> Fault:
    return lambda answer: answer.stream('{"texts": []}', finish=reason)


def refusal(answer: Answer) -> None:
    answer.head(200)
    answer.chunk(None, refusal="I will not.")


def error_event(answer: Answer) -> None:
    answer.head(200)
    answer.write('data: {"error": {"message": "overloaded", "code": "server_error"}}\n\n')


def redirect(answer: Answer) -> None:
    answer.head(307, Location=f"http://127.0.0.1:{answer.handler.server.server_port}/elsewhere")  # type: ignore[attr-defined]
