"""The embedded Valkey: who may use it, and what it survives."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis

from core.locks import AlreadyRunning
from services.errors import ServerDidNotStart
from services.ports import LOOPBACK
from services.valkey import EmbeddedValkey
from tests.support.processes import environment, is_gone, wait_until
from tests.support.servers import temporary_home

SYNC_SECONDS = 1.5
"""appendfsync everysec: what is older than this is on the disk."""


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as made:
        yield made


@pytest.fixture
def valkey(home: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(home)
    server.start()
    yield server
    server.stop()


def connect(server: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(server.url, decode_responses=True)


def add_entry(server: EmbeddedValkey, text: str) -> None:
    with connect(server) as client:
        client.xadd("stream", {"text": text})


def entries(server: EmbeddedValkey) -> list[str]:
    with connect(server) as client:
        return [fields["text"] for _, fields in client.xrange("stream")]


def append_only_files(server: EmbeddedValkey) -> list[Path]:
    return sorted(server.data.glob("appendonlydir/*.incr.aof"))


def test_it_keeps_everything_in_an_append_only_file_and_evicts_nothing(valkey: EmbeddedValkey) -> None:
    with connect(valkey) as client:
        found = client.config_get("appendonly", "appendfsync", "maxmemory-policy", "save", "bind", "protected-mode")
    assert {
        "appendonly": "yes",
        "appendfsync": "everysec",
        "maxmemory-policy": "noeviction",
        "save": "",
        "bind": LOOPBACK,
        "protected-mode": "yes",
    } == found


def test_it_listens_on_loopback_only(valkey: EmbeddedValkey) -> None:
    assert valkey.pid is not None
    listening = [c.laddr.ip for c in psutil.Process(valkey.pid).net_connections("inet") if c.status == "LISTEN"]
    assert [LOOPBACK] == listening


def test_no_password_and_a_wrong_one_are_refused(valkey: EmbeddedValkey) -> None:
    with redis.Redis(port=valkey.port) as client, pytest.raises(redis.AuthenticationError):
        client.ping()
    with redis.Redis(port=valkey.port, password="wrong") as client, pytest.raises(redis.AuthenticationError):
        client.ping()


def test_the_password_is_on_no_command_line_and_in_no_file_others_can_read(valkey: EmbeddedValkey, home: Path) -> None:
    assert valkey.pid is not None
    assert not [part for part in psutil.Process(valkey.pid).cmdline() if valkey.password in part]
    assert 0o600 == stat.S_IMODE((home / "valkey_password").stat().st_mode)
    assert 0o600 == stat.S_IMODE(valkey.log.stat().st_mode)
    assert 0o700 == stat.S_IMODE(valkey.data.stat().st_mode)
    holding = [p for p in home.rglob("*") if p.is_file() and valkey.password.encode() in p.read_bytes()]
    assert [home / "valkey_password"] == holding


def test_entries_and_url_are_the_same_after_a_restart(valkey: EmbeddedValkey, home: Path) -> None:
    add_entry(valkey, "kept")
    valkey.stop()
    again = EmbeddedValkey(home)
    again.start()
    try:
        assert valkey.url == again.url
        assert ["kept"] == entries(again)
    finally:
        again.stop()


def test_entries_older_than_the_sync_survive_a_kill(valkey: EmbeddedValkey) -> None:
    add_entry(valkey, "synced")
    time.sleep(SYNC_SECONDS)
    valkey.kill()
    valkey.start()
    assert ["synced"] == entries(valkey)


def test_a_file_cut_off_in_the_middle_of_an_entry_loses_only_that_entry(valkey: EmbeddedValkey) -> None:
    add_entry(valkey, "whole")
    add_entry(valkey, "cut off")
    valkey.stop()
    file = append_only_files(valkey)[-1]
    file.write_bytes(file.read_bytes()[:-5])
    valkey.start()
    assert ["whole"] == entries(valkey)


def test_an_unreadable_file_is_set_aside_and_it_starts_empty(
    valkey: EmbeddedValkey, capsys: pytest.CaptureFixture[str]
) -> None:
    add_entry(valkey, "lost")
    valkey.stop()
    file = append_only_files(valkey)[-1]
    file.write_bytes(b"*nonsense\r\n" + file.read_bytes())
    valkey.start()
    assert [] == entries(valkey)
    (aside,) = valkey.directory.glob("unreadable-*")
    assert b"lost" in (aside / "appendonlydir" / file.name).read_bytes()
    assert str(aside) in capsys.readouterr().out


def test_a_second_one_over_the_same_data_is_refused(valkey: EmbeddedValkey, home: Path) -> None:
    with pytest.raises(AlreadyRunning) as caught:
        EmbeddedValkey(home).start()
    assert os.getpid() == caught.value.pid
    assert valkey.is_running


def test_a_taken_port_is_replaced_by_a_free_one(valkey: EmbeddedValkey, home: Path) -> None:
    taken = valkey.port
    valkey.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((LOOPBACK, taken))
        other.listen()
        moved = EmbeddedValkey(home)
        moved.start()
        moved.stop()
    assert taken != moved.port


def test_a_port_lost_between_look_and_bind_is_replaced(
    valkey: EmbeddedValkey, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    valkey.stop()
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        offers = iter([other.getsockname()[1], valkey.port])
        monkeypatch.setattr("services.server.choose_port", lambda _: next(offers))
        raced = EmbeddedValkey(home)
        raced.start()
        raced.stop()
    assert valkey.port == raced.port


def test_an_unusable_setting_is_reported_with_the_end_of_the_log(home: Path) -> None:
    server = EmbeddedValkey(home, settings={"databases": "none"})
    with pytest.raises(ServerDidNotStart, match="FATAL CONFIG FILE ERROR") as caught:
        server.start()
    assert server.password not in str(caught.value)


def test_it_goes_when_the_process_that_started_it_is_killed(home: Path) -> None:
    script = (
        "import sys, time, pathlib; from services.valkey import EmbeddedValkey;"
        "s = EmbeddedValkey(pathlib.Path(sys.argv[1])); s.start(); print(s.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(home)]
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        assert wait_until(lambda: is_gone(pid), seconds=10, what="Valkey goes with its parent") < 5
