"""Which port the API listens on."""

import socket
from pathlib import Path

import pytest

from api import listening
from api.listening import open_socket
from api.main import address_of
from core.errors import ConfigurationError
from core.settings import Settings


@pytest.fixture
def taken() -> int:
    """A port that somebody listens on until the test ends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def settings(home: Path, port: int | None) -> Settings:
    return Settings(_env_file=None, home=home, host="127.0.0.1", port=port)


def test_port_that_is_set_and_taken_stops_the_start_and_is_named(tmp_path: Path, taken: int) -> None:
    with pytest.raises(ConfigurationError, match=f"127.0.0.1:{taken}.*DMA_PORT"):
        open_socket(settings(tmp_path, taken), is_restart=False)


def test_next_free_port_is_used_when_the_default_is_taken(tmp_path: Path, taken: int, monkeypatch) -> None:
    monkeypatch.setattr(listening, "DEFAULT_PORT", taken)
    monkeypatch.setattr(listening, "_LAST_PORT", taken + 50)
    with open_socket(settings(tmp_path, None), is_restart=False) as opened:
        assert taken < opened.getsockname()[1] <= taken + 50


def test_restarted_process_comes_back_at_the_same_port(tmp_path: Path, taken: int, monkeypatch) -> None:
    monkeypatch.setattr(listening, "DEFAULT_PORT", taken)
    monkeypatch.setattr(listening, "_LAST_PORT", taken + 50)
    with open_socket(settings(tmp_path, None), is_restart=False) as first:
        before = first.getsockname()[1]
    monkeypatch.setattr(listening, "DEFAULT_PORT", before + 1)
    with open_socket(settings(tmp_path, None), is_restart=True) as second:
        assert before == second.getsockname()[1]


def test_no_port_at_all_is_a_configuration_error(tmp_path: Path, taken: int, monkeypatch) -> None:
    monkeypatch.setattr(listening, "DEFAULT_PORT", taken)
    monkeypatch.setattr(listening, "_LAST_PORT", taken)
    with pytest.raises(ConfigurationError, match="DMA_PORT"):
        open_socket(settings(tmp_path, None), is_restart=False)


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1"),
        ("::", "[::1]"),
        ("::1", "[::1]"),
        ("192.168.1.5", "192.168.1.5"),
        ("dma.example", "dma.example"),
    ],
)
def test_address_for_the_browser_is_one_it_can_reach(host: str, name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert f"http://{name}:{server.getsockname()[1]}" == address_of(host, server)
