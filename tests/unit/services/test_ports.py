"""A port stays the same from start to start while nobody else has it."""

import socket
from pathlib import Path

import pytest

from services.ports import LOOPBACK, choose_port, free_port, is_free


def test_the_port_of_the_first_start_is_chosen_again(tmp_path: Path) -> None:
    first = choose_port(tmp_path / "port")
    assert first == choose_port(tmp_path / "port")


def test_a_taken_port_is_replaced_and_the_new_one_kept(tmp_path: Path) -> None:
    kept = tmp_path / "port"
    first = choose_port(kept)
    with socket.socket() as other:
        other.bind((LOOPBACK, first))
        other.listen()
        second = choose_port(kept)
    assert first != second
    assert second == choose_port(kept)


@pytest.mark.parametrize("content", ["", "no number", "80", "70000", "-1"])
def test_a_file_that_holds_no_usable_port_is_written_anew(tmp_path: Path, content: str) -> None:
    kept = tmp_path / "port"
    kept.write_text(content)
    assert int(kept.read_text() if (port := choose_port(kept)) else "0") == port


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind((LOOPBACK, 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])


def test_free_ports_lie_below_those_of_outgoing_connections() -> None:
    assert 20_000 <= free_port() < 30_000
