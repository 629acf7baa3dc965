"""A whole DMA, really started as a user starts it, in a home of its own."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.support.processes import has_ended
from tests.support.stopwatch import Stopwatch

ROOT = Path(__file__).resolve().parents[2]
CAMPAIGN = "00000000-0000-4000-8000-000000000001"
PROCESSES = {
    "services": "services.main",
    "api": "api.main",
    "orchestrator": "workers.orchestrator.main",
    "scribe": "workers.scribe.main",
    "system_mastery": "workers.system_mastery.main",
    "world_designer": "workers.world_designer.main",
}
TERMINAL = {"completed", "failed", "cancelled"}


class Installation:
    """One `make run` over one DMA_HOME.

    Args:
        home: Its DMA_HOME; kept between starts.
        port: The API's port.
        settings: More of its environment.
    """

    def __init__(self, home: Path, port: int, settings: Mapping[str, str] | None = None) -> None:
        self.home = home
        self.settings = settings or {}
        self.port = port
        self.log = home.with_suffix(".log")
        self.console_url = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def dev_token(self) -> str:
        return (self.home / "dev_token").read_text().strip()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def start(self, *, within_seconds: float = 60) -> float:
        """Start and wait for the ready line; returns the seconds it took."""
        started = time.monotonic()
        if self._process is not None:
            self._process.wait(timeout=10)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "services.run"],
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_until(self._is_ready, within_seconds, describe=self.tail)
        return time.monotonic() - started

    def environment(self) -> dict[str, str]:
        """The environment a user with an empty shell would have, with this home, port and settings."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR", "HOME") if name in os.environ}
        return kept | {"DMA_HOME": str(self.home), "DMA_PORT": str(self.port), **self.settings}

    def _is_ready(self) -> bool:
        assert self._process is not None
        if self._process.poll() is not None:
            raise AssertionError(f"it ended with {self._process.returncode}:\n{self.tail()}")
        found = re.search(r"http://\S+/#code=\S+", self.log.read_text(errors="replace"))
        self.console_url = found[0] if found else ""
        return bool(found)

    def tail(self, lines: int = 60) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def lines_of(self, *request_ids: str) -> list[str]:
        """What was logged of these requests, and whose process ended meanwhile."""
        wanted = (*request_ids, "DMA: ", "predecessor_succeeded", "dead workers")
        lines = self.log.read_text(errors="replace").splitlines()
        first = next((number for number, line in enumerate(lines) if any(each in line for each in request_ids)), 0)
        return [line for line in lines[first:] if any(each in line for each in wanted)]

    def interrupt(self, *, within_seconds: float = 10) -> float:
        """Ctrl-C; returns the seconds until everything had ended."""
        family = self.family()
        with Stopwatch() as took:
            os.killpg(self.pid, signal.SIGINT)
            assert self._process is not None
            self._process.wait(timeout=2 * within_seconds)
            wait_until(lambda: not alive(family), within_seconds, describe=lambda: str(alive(family)))
        return took.seconds

    def destroy(self) -> None:
        """Kill everything, its supervisors first so that nothing comes back, and remove what root keeps elsewhere."""
        while family := alive(self.family()):
            for process in family:
                with suppress(psutil.NoSuchProcess):
                    process.kill()
            time.sleep(0.05)
        if self._process is not None:
            self._process.wait()

    def family(self) -> list[psutil.Process]:
        """Every process of this installation, also those that hang on nobody."""
        return [process for process in psutil.process_iter() if _belongs_to(process, self.home)]

    def find(self, name: str) -> psutil.Process:
        """The supervised process of a Procfile line (not its supervisor)."""
        module = PROCESSES[name]
        found = [process for process in self.family() if _runs(process, module)]
        assert len(found) == 1, f"{name}: {found}\n{self.tail()}"
        return found[0]

    def server(self, executable: str) -> psutil.Process:
        """The main process of an embedded server: `postgres` or `valkey-server`."""
        mine = [process for process in self.family() if process.name().startswith(executable)]
        pids = {process.pid for process in mine}
        return next(process for process in mine if process.ppid() not in pids)

    def client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self.base_url, headers={"Authorization": f"Bearer {self.dev_token}"}, timeout=10, trust_env=False
        )

    def send(self, client: httpx.Client, prompt: str, *, key: str | None = None, timeout_ms: int = 30_000) -> str:
        """Send a prompt and return its request_id; a lost answer is asked for again under the same key."""
        body = {"prompt": prompt, "context": {"campaign_id": CAMPAIGN}, "options": {"timeout_ms": timeout_ms}}
        headers = {"Idempotency-Key": key} if key else {}
        answer = patiently(lambda: client.post("/v1/prompts", json=body, headers=headers))
        assert answer.status_code == 202, answer.text
        return str(answer.json()["request_id"])

    def poll(self, client: httpx.Client, request_id: str, *, within_seconds: float = 30) -> dict[str, Any]:
        """Poll until the request has ended."""
        until = time.monotonic() + within_seconds
        while True:
            view: dict[str, Any] = patiently(lambda: client.get(f"/v1/prompts/{request_id}")).json()
            if view.get("status") in TERMINAL:
                return view
            assert time.monotonic() < until, f"not ended: {view}\n{self.tail()}"
            time.sleep(0.05)

    def ask(self, client: httpx.Client, prompt: str) -> dict[str, Any]:
        """Send a prompt and poll its end."""
        return self.poll(client, self.send(client, prompt))


@contextmanager
def installed(home: Path, port: int, settings: Mapping[str, str] | None = None) -> Iterator[Installation]:
    """A started installation that is gone at the end, whatever the test did."""
    installation = Installation(home, port, settings)
    try:
        installation.start()
        yield installation
    finally:
        installation.destroy()


def patiently(call: Callable[[], httpx.Response], *, within_seconds: float = 30) -> httpx.Response:
    """Repeat a call while the connection fails or the answer is 503: what a good client does."""
    until = time.monotonic() + within_seconds
    while True:
        try:
            answer = call()
            if answer.status_code != 503 or time.monotonic() > until:
                return answer
        except httpx.TransportError:
            if time.monotonic() > until:
                raise
        time.sleep(0.2)


def wait_until(condition: Callable[[], bool], within_seconds: float, *, describe: Callable[[], str] = str) -> None:
    """Wait for a condition, looking every 50 ms."""
    with Stopwatch() as took:
        while not condition():
            assert took.seconds < within_seconds, f"not within {within_seconds} s: {describe()}"
            time.sleep(0.05)


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run (a zombie does not)."""
    return [process for process in processes if not has_ended(process)]


def _belongs_to(process: psutil.Process, home: Path) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("DMA_HOME") == str(home) or _serves(Path(process.cwd()), home)
    except (psutil.AccessDenied, psutil.NoSuchProcess, ProcessLookupError):
        return False


def _serves(directory: Path, home: Path) -> bool:
    """True in the data directory of one of the home's servers, which start with an empty environment."""
    mark = directory.parent / "home"
    return directory.is_relative_to(home) or (mark.is_file() and mark.read_text().strip() == str(home))


def _runs(process: psutil.Process, module: str) -> bool:
    """True for `python -m module`, false for the supervisor that was given the same words behind `--`."""
    try:
        command = process.cmdline()
    except psutil.NoSuchProcess:
        return False
    return "-m" in command and command[command.index("-m") + 1 :][:1] == [module]
