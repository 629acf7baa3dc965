"""Fresh processes that carry out an order and talk in JSON lines.

order -> the child makes everything -> "ready" -> any line: go -> facts -> end of its standard input: it ends
"""

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Self

ROOT = Path(__file__).parents[1]
PATIENCE_SECONDS = 300.0
END_SECONDS = 30.0


class ChildFailed(Exception):
    """A child ended or fell silent before it had said everything; its own error is on its standard error."""

    def __init__(self, title: str, reason: str) -> None:
        super().__init__(f"{title}: {reason}")
        self.title, self.reason = title, reason


class Child:
    """A process of its own that runs a module with one order. It ends with us, however we end.

    Args:
        module: What it runs, as `python -m` would.
        order: What it is to do, for JSON.
        title: What it is called in errors.
        errors: Where its standard error goes; None for ours.
    """

    def __init__(
        self, module: str, order: Mapping[str, object], *, title: str, errors: IO[bytes] | None = None
    ) -> None:
        self._title = title
        self._heard: SimpleQueue[str] = SimpleQueue()
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        threading.Thread(target=self._listen, daemon=True).start()
        self._say(json.dumps(order))

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def go(self) -> None:
        """Let it begin."""
        self._say("go")

    def hear(self, *, within_seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next thing it says.

        Raises:
            ChildFailed: It ended, or said nothing in time.
        """
        try:
            line = self._heard.get(timeout=within_seconds)
        except Empty:
            raise ChildFailed(self._title, f"nothing heard within {within_seconds:g} s") from None
        if not line:
            raise ChildFailed(self._title, "it ended too early")
        facts: dict[str, Any] = json.loads(line)
        return facts

    def end(self) -> int:
        """Let it end and wait for that; return its exit code. It is killed when it takes too long."""
        with suppress(BrokenPipeError):
            self._stdin.close()
        try:
            return self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def _stdin(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _say(self, line: str) -> None:
        with suppress(BrokenPipeError):  # `hear` tells that it ended
            self._stdin.write(line + "\n")
            self._stdin.flush()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                self._heard.put(line)
        self._heard.put("")


class Parent:
    """The other end of the line, as the child sees it; the order is the first line."""

    def __init__(self, hears: IO[str], says: IO[str]) -> None:
        self._hears = hears
        self._says = says
        self._saying = threading.Lock()

    def order(self) -> dict[str, Any]:
        """What it wants; to be asked once, and first."""
        order: dict[str, Any] = json.loads(self._hears.readline())
        return order

    def tell(self, **facts: object) -> None:
        """Say something; from any thread."""
        with self._saying:
            self._says.write(json.dumps(facts) + "\n")
            self._says.flush()

    def ready(self) -> None:
        """Say that all is made, and wait until the parent lets us begin.

        Raises:
            SystemExit: The parent wants nothing any more.
        """
        self.tell(ready=True)
        if not self._hears.readline():
            raise SystemExit(0)

    def wait_for_end(self) -> None:
        """Wait until the parent needs us no more, or is gone."""
        while self._hears.readline():
            pass
