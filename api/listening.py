"""The port the API listens on: the one that is set, or 8000, or the next free one; after a crash the same as before."""

import socket
import time
from pathlib import Path
from typing import Final

from core.errors import ConfigurationError
from core.settings import Settings
from telemetry.logs import get_logger

log = get_logger(__name__)

DEFAULT_PORT: Final = 8000
_LAST_PORT: Final = 8099
_BACKLOG: Final = 2048
_RELEASE_SECONDS: Final = 3.0
"""How long a restarted process waits for the one before it to let go of the port."""


def open_socket(settings: Settings, *, is_restart: bool) -> socket.socket:
    """Bind and listen.

    Args:
        settings: `port` None means 8000 or the next free one, up to 8099.
        is_restart: Come back at the port that was used before.

    Raises:
        ConfigurationError: The port that is set, or every port there is to try, is taken or not allowed.
    """
    if settings.port is not None:
        return _bind_or_explain(settings.host, settings.port)
    kept = settings.home / "run" / "api.port"
    before = _read(kept) if is_restart else None
    listening = (before and _bind_again(settings.host, before)) or _bind_first_free(settings.host)
    kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept.write_text(f"{listening.getsockname()[1]}\n")
    return listening


def _bind_or_explain(host: str, port: int) -> socket.socket:
    try:
        return _bind(host, port)
    except OSError as error:
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror or error}): stop what uses the port, or set DMA_PORT to "
            "another one (unset, the next free one is taken)"
        ) from error


def _bind_again(host: str, port: int) -> socket.socket | None:
    deadline = time.monotonic() + _RELEASE_SECONDS
    while True:
        try:
            return _bind(host, port)
        except OSError:
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.1)


def _bind_first_free(host: str) -> socket.socket:
    reason = ""
    for port in range(DEFAULT_PORT, _LAST_PORT + 1):
        try:
            listening = _bind(host, port)
        except OSError as error:
            reason = error.strerror or str(error)
            continue
        if port != DEFAULT_PORT:
            log.warning("port_taken", wanted=DEFAULT_PORT, used=port)
        return listening
    raise ConfigurationError(
        f"cannot listen on any port from {DEFAULT_PORT} to {_LAST_PORT} of {host} ({reason}): set DMA_PORT or DMA_HOST"
    )


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # SO_REUSEADDR is set by create_server: connections of the process before, still in TIME_WAIT, do not count.
    return socket.create_server((host, port), family=family, backlog=_BACKLOG)


def _read(kept: Path) -> int | None:
    try:
        port = int(kept.read_text())
    except (FileNotFoundError, ValueError):
        return None
    return port if 0 < port <= 65_535 else None
