"""What the promise costs: from POST to the end, prompts per second, acceptance beside its bare SQL, and polling.

The prompt is a rules question, one step that is answered from memory, so that nearly all of it is machinery. Postgres
runs as `make run` starts it, with fsync on. Clients are threads with a bare HTTP connection each, on the same machine.
How many prompts a second it can do is measured with clients that send as fast as they can; how long acceptance takes,
with clients that send as many a second as are wanted, and the bare loop beside it at the same pace. Each figure takes
at most 45 s, however slow the machine is: then it is of fewer prompts.
"""

import http.client
import json
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle, islice
from statistics import quantiles
from typing import Any, TypeVar
from uuid import UUID

import psutil
import psycopg
import redis
from psycopg.rows import dict_row

from benchmarks.tables import Row
from core.ids import new_uuid
from core.locate import read_announcement
from store.requests import NewRequest, NewStep, accept_request
from tests.end_to_end.conftest import free_port
from tests.support.installation import CAMPAIGN, Installation, installed
from tests.support.servers import temporary_home

PROMPT = "What is the THAC0 of a 5th level fighter with strength 18?"
WAITING_CLIENTS, SENDING_CLIENTS, POLLING_CLIENTS = 4, 8, 500
ROUNDS, QUICK_ROUNDS = 400, 80
MOST_SECONDS = 45.0
WANTED_PER_SECOND = 150
POLLED_REQUESTS = 20
POLLING_BLOCKS = 5
"""Full reads and spared ones take turns, so that what else the machine does meets both."""
Sender = TypeVar("Sender")
MESSAGE = {"data": "x" * 1500}
"""About as long as the message of one step with its work token."""


class Client:
    """One connection that is kept open."""

    def __init__(self, installation: Installation) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", installation.port, timeout=60)
        self._headers = {"Authorization": f"Bearer {installation.dev_token}", "Content-Type": "application/json"}

    def post(self, **headers: str) -> dict[str, Any]:
        """Send the prompt, with the longest deadline there is."""
        options = {"timeout_ms": 60_000}
        body = json.dumps({"prompt": PROMPT, "context": {"campaign_id": CAMPAIGN}, "options": options})
        self._connection.request("POST", "/v1/prompts", body, self._headers | headers)
        with self._connection.getresponse() as response:
            answer: dict[str, Any] = json.loads(response.read())
            assert response.status == 202, answer
        return answer

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        """The status and ETag of a poll."""
        self._connection.request("GET", path, headers=self._headers | headers)
        with self._connection.getresponse() as response:
            response.read()
            return response.status, response.headers["ETag"]


class Poller:
    """A client that asks and hears apart, on a connection of its own."""

    def __init__(self, installation: Installation, stack: ExitStack, path: str, tag: str) -> None:
        self._socket = stack.enter_context(socket.create_connection(("127.0.0.1", installation.port), timeout=60))
        self._answers = stack.enter_context(self._socket.makefile("rb"))
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {installation.dev_token}\r\n"
        self._asks = {False: f"{head}\r\n".encode(), True: f"{head}If-None-Match: {tag}\r\n\r\n".encode()}

    def ask(self, *, spared: bool) -> None:
        """Send a poll, with the tag or without."""
        self._socket.sendall(self._asks[spared])

    def hear(self) -> int:
        """The status of the answer; the rest is read and dropped."""
        status = int(self._answers.readline().split()[1])
        length = 0
        while (line := self._answers.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        self._answers.read(length)
        return status


def measure(*, quick: bool = False) -> Iterator[Row]:
    """Each figure with what is wanted of it; `quick` ones are of a fifth of the prompts."""
    rounds = QUICK_ROUNDS if quick else ROUNDS
    yield ("figure", "measured", "wanted")
    with temporary_home() as place, installed(place / "home", free_port()) as installation:
        _in_parallel(_clients(installation), lambda client: client.post(Prefer="wait=20"), rounds // 4)
        yield from _end_to_end(_clients(installation)[:WAITING_CLIENTS], rounds)
        yield from _sustained(installation, _clients(installation), rounds)
        yield from _polling(installation)


def _clients(installation: Installation) -> list[Client]:
    """Fresh ones: the server closes a connection that is idle for long."""
    return [Client(installation) for _ in range(SENDING_CLIENTS)]


def _end_to_end(clients: list[Client], rounds: int) -> Iterator[Row]:
    seconds = _in_parallel(clients, lambda client: client.post(Prefer="wait=20"), rounds)
    p50, p99 = _percentiles(seconds)
    yield (f"prompt to its end, {len(clients)} clients, p50", f"{p50:.1f} ms", "25 ms")
    yield (f"prompt to its end, {len(clients)} clients, p99", f"{p99:.1f} ms", "80 ms")


def _sustained(installation: Installation, clients: list[Client], rounds: int) -> Iterator[Row]:
    announced = read_announcement(installation.home)
    assert announced is not None
    started = time.perf_counter()
    seconds = _in_parallel(clients, lambda client: client.post(), rounds * 3)
    _wait_for_all(announced.database_url)
    rate = len(seconds) / (time.perf_counter() - started)
    yield ("one-step prompts per second", f"{rate:.0f}", f"{WANTED_PER_SECOND}")
    paced = _paced(clients, lambda client: client.post(), rounds * 3)
    _wait_for_all(announced.database_url)
    bare = _bare_acceptance(announced.database_url, announced.redis_url, len(clients), rounds * 3)
    (p50, p99), (bare_p50, bare_p99) = _percentiles(paced), _percentiles(bare)
    yield (f"POST at {WANTED_PER_SECOND} a second, p50", f"{p50:.1f} ms", "")
    yield (f"POST at {WANTED_PER_SECOND} a second, p99", f"{p99:.1f} ms", "50 ms")
    yield ("the same SQL and XADD in a bare loop, p50", f"{bare_p50:.1f} ms", "")
    yield ("the same SQL and XADD in a bare loop, p99", f"{bare_p99:.1f} ms", "")
    yield ("POST, times the bare loop", f"{p99 / bare_p99:.1f}", "3.0")


def _polling(installation: Installation) -> Iterator[Row]:
    """CPU time of what 500 clients with a connection each ask at once: of requests that have not ended, in turns."""
    suspended = installation.find("system_mastery")
    suspended.suspend()
    sender = Client(installation)
    paths = [f"/v1/prompts/{sender.post()['request_id']}" for _ in range(POLLED_REQUESTS)]
    tags = {path: sender.get(path)[1] for path in paths}
    with ExitStack() as stack:
        clients = [Poller(installation, stack, path, tags[path]) for path in _repeated(paths, POLLING_CLIENTS)]
        full, spared = 0.0, 0.0
        for _ in range(POLLING_BLOCKS):
            full += _cpu_seconds(installation, lambda: _poll_all(clients, spared=False))
            spared += _cpu_seconds(installation, lambda: _poll_all(clients, spared=True))
    suspended.resume()
    full, spared = full / POLLING_BLOCKS, spared / POLLING_BLOCKS
    yield (f"{POLLING_CLIENTS} full reads, CPU", f"{full * 1000:.0f} ms", "")
    yield (f"{POLLING_CLIENTS} polls answered 304, CPU", f"{spared * 1000:.0f} ms", "")
    yield ("a 304 costs of a full read", f"{spared / full:.0%}", "25%")


def _poll_all(clients: list["Poller"], *, spared: bool) -> None:
    """All ask before any of them hears."""
    for client in clients:
        client.ask(spared=spared)
    wanted = 304 if spared else 200
    assert {client.hear() for client in clients} == {wanted}, "a request has ended meanwhile"


def _repeated(paths: list[str], count: int) -> Iterator[str]:
    return islice(cycle(paths), count)


def _in_parallel(clients: list[Client], call: Callable[[Client], Any], count: int) -> list[float]:
    """Call so often in all, all clients at once, and no longer than allowed; the seconds of each call."""
    until = time.perf_counter() + MOST_SECONDS

    def timed(client: Client) -> list[float]:
        found = []
        for _ in range(count // len(clients)):
            started = time.perf_counter()
            if started > until and len(found) > 1:
                break
            call(client)
            found.append(time.perf_counter() - started)
        return found

    with ThreadPoolExecutor(len(clients)) as threads:
        return [each for found in threads.map(timed, clients) for each in found]


def _paced(clients: Sequence[Sender], call: Callable[[Sender], Any], count: int) -> list[float]:
    """Call so often in all, in turns and as many times a second as are wanted; the seconds of each call.

    A client whose call took longer than until its next turn goes on at once.
    """
    begins = time.perf_counter()
    until = begins + MOST_SECONDS

    def timed(number: int) -> list[float]:
        found = []
        for turn in range(number, count, len(clients)):
            time.sleep(max(0.0, begins + turn / WANTED_PER_SECOND - time.perf_counter()))
            started = time.perf_counter()
            if started > until and len(found) > 1:
                break
            call(clients[number])
            found.append(time.perf_counter() - started)
        return found

    with ThreadPoolExecutor(len(clients)) as threads:
        return [each for found in threads.map(timed, range(len(clients))) for each in found]


class Bare:
    """A connection to each of the two servers, with nothing around them."""

    def __init__(self, stack: ExitStack, database_url: str, redis_url: str) -> None:
        self._stream = stack.enter_context(redis.Redis.from_url(redis_url))
        self._connection = stack.enter_context(psycopg.connect(database_url, row_factory=dict_row))

    def accept(self) -> None:
        """The statements of an acceptance and one XADD."""
        accept_request(self._connection, _a_request())
        self._connection.commit()
        self._stream.xadd("benchmark", MESSAGE)


def _bare_acceptance(database_url: str, redis_url: str, clients: int, count: int) -> list[float]:
    """The statements of an acceptance and one XADD at the same pace and concurrency."""
    with ExitStack() as stack:
        bare = [Bare(stack, database_url, redis_url) for _ in range(clients)]
        seconds = _paced(bare, Bare.accept, count)
    with redis.Redis.from_url(redis_url) as stream, psycopg.connect(database_url) as connection:
        stream.delete("benchmark")
        connection.execute("DELETE FROM requests WHERE intent = 'benchmark'")
    return seconds


def _a_request() -> NewRequest:
    steps = [NewStep("system_mastery.answer_question", "Look the rule up", {"question": PROMPT})]
    return NewRequest(new_uuid(), UUID(CAMPAIGN), "user:dm", PROMPT, "benchmark", 1.0, [], steps, 60_000)


def _wait_for_all(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        while connection.execute("SELECT 1 FROM requests WHERE status = 'processing' LIMIT 1").fetchone():
            time.sleep(0.02)


def _cpu_seconds(installation: Installation, act: Callable[[], object]) -> float:
    before = _cpu_of(installation)
    act()
    after = _cpu_of(installation)
    return sum(after[pid] - before.get(pid, 0.0) for pid in after)


def _cpu_of(installation: Installation) -> dict[int, float]:
    """CPU seconds of the API and of Postgres, by process."""
    found = {}
    for process in installation.family():
        try:
            if process.name().startswith("postgres") or process.cmdline()[-1:] == ["api.main"]:
                times = process.cpu_times()
                found[process.pid] = times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return found


def _percentiles(seconds: list[float]) -> tuple[float, float]:
    """Milliseconds at the 50th and 99th."""
    cuts = quantiles(seconds, n=100)
    return cuts[49] * 1000, cuts[98] * 1000
