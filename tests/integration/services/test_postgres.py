"""The embedded Postgres: who may use it, and what it survives."""

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from core.locks import AlreadyRunning
from services.errors import NoServerAccount, ServerDidNotStart
from services.ports import LOOPBACK, choose_port
from services.postgres import EmbeddedPostgres
from services.processes import processes_in
from tests.support.processes import environment, is_gone, wait_until
from tests.support.servers import temporary_home
from tests.support.stopwatch import Stopwatch

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs an account for Postgres")

# Durability is what most of these tests are about: nothing here turns fsync off.


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with temporary_home() as made:
        yield made


@pytest.fixture
def postgres(home: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(home)
    server.start()
    yield server
    server.stop()


def write(server: EmbeddedPostgres, text: str) -> None:
    with psycopg.connect(server.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS notes (text text)")
        connection.execute("INSERT INTO notes VALUES (%s)", (text,))


def holds(server: EmbeddedPostgres, text: str) -> bool:
    with psycopg.connect(server.url()) as connection:
        row = connection.execute("SELECT count(*) FROM notes WHERE text = %s", (text,)).fetchone()
    return row == (1,)


def sleep_until_cut_off(connection: psycopg.Connection) -> None:
    with contextlib.suppress(psycopg.Error):
        connection.execute("SELECT pg_sleep(60)")


def modes_above(path: Path) -> dict[Path, int]:
    return {parent: parent.stat().st_mode for parent in path.parents}


def test_it_has_the_extensions_the_schema_needs(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        rows = connection.execute("SELECT name FROM pg_available_extensions").fetchall()
    assert {"vector", "pg_trgm", "unaccent"} <= {name for (name,) in rows}


def test_accented_letters_are_letters_for_trigrams_and_for_lower(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        row = connection.execute("SELECT lower('ÉÄ'), similarity('Éowyn', 'Zowyn') < 1").fetchone()
    assert ("éä", True) == row


def test_it_listens_on_loopback_only_and_uses_no_socket_file(postgres: EmbeddedPostgres) -> None:
    assert postgres.pid is not None
    listening = [c.laddr.ip for c in psutil.Process(postgres.pid).net_connections("inet") if c.status == "LISTEN"]
    assert [LOOPBACK] == listening
    with psycopg.connect(postgres.url()) as connection:
        assert ("",) == connection.execute("SHOW unix_socket_directories").fetchone()


def test_a_wrong_password_and_no_password_are_refused(postgres: EmbeddedPostgres) -> None:
    for password in ("wrong", ""):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=LOOPBACK, port=postgres.port, user="dma", dbname="dma", password=password)


def test_passwords_are_stored_as_scram(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        row = connection.execute("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid WHERE rolname = 'dma'")
        assert (True,) == row.fetchone()


def test_writes_are_synced_to_the_disk(postgres: EmbeddedPostgres) -> None:
    with psycopg.connect(postgres.url()) as connection:
        assert ("on",) == connection.execute("SHOW fsync").fetchone()
        assert ("on",) == connection.execute("SHOW synchronous_commit").fetchone()


def test_data_and_port_are_the_same_after_a_restart(postgres: EmbeddedPostgres, home: Path) -> None:
    write(postgres, "kept over a restart")
    postgres.stop()
    again = EmbeddedPostgres(home)
    again.start()
    try:
        assert postgres.url() == again.url()
        assert holds(again, "kept over a restart")
    finally:
        again.stop()


def test_starting_what_runs_and_stopping_what_does_not_is_harmless(postgres: EmbeddedPostgres) -> None:
    pid = postgres.pid
    postgres.start()
    assert pid == postgres.pid
    postgres.stop()
    postgres.stop()
    assert postgres.pid is None


def test_a_second_one_over_the_same_data_is_refused(postgres: EmbeddedPostgres, home: Path) -> None:
    with pytest.raises(AlreadyRunning) as caught:
        EmbeddedPostgres(home).start()
    assert os.getpid() == caught.value.pid
    assert postgres.is_running
    write(postgres, "still mine")


def test_a_taken_port_is_replaced_by_a_free_one(postgres: EmbeddedPostgres, home: Path) -> None:
    taken = postgres.port
    postgres.stop()
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind((LOOPBACK, taken))
        other.listen()
        moved = EmbeddedPostgres(home)
        moved.start()
        moved.stop()
    assert taken != moved.port


def test_another_one_that_took_the_port_meanwhile_is_left_alone(
    postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    with temporary_home() as elsewhere:
        mine = EmbeddedPostgres(elsewhere)
        found = iter([postgres.port])
        monkeypatch.setattr("services.server.choose_port", lambda kept: next(found, None) or choose_port(kept))
        before = len(psutil.Process().children())
        mine.start()
        made = len(psutil.Process().children()) - before
        mine.stop()

    assert (1, True) == (made, postgres.port != mine.port)  # nor is the one left behind that found the port taken
    write(postgres, "undisturbed")


def test_a_port_that_was_asked_for_is_used_or_refused(postgres: EmbeddedPostgres, home: Path) -> None:
    postgres.stop()
    with socket.socket() as other:
        other.bind((LOOPBACK, 0))
        other.listen()
        with pytest.raises(ServerDidNotStart, match="Address already in use") as caught:
            EmbeddedPostgres(home, port=other.getsockname()[1]).start()
    assert caught.value.log == home / "logs" / "postgres.log"


def test_a_lost_password_file_is_named_in_the_error() -> None:
    with temporary_home() as made:
        first = EmbeddedPostgres(made, password="the first one")
        first.start()
        first.stop()
        second = EmbeddedPostgres(made, password="another")
        second._residence = first.residence
        with pytest.raises(ServerDidNotStart, match=r"refuses the password in .*postgres_password"):
            second.start()
        assert not processes_in(first.data, "postgres")


def test_committed_data_survive_a_kill_of_the_postmaster(postgres: EmbeddedPostgres) -> None:
    write(postgres, "committed before the kill")
    postgres.kill()
    assert not postgres.is_running
    postgres.start()
    assert holds(postgres, "committed before the kill")


def test_backends_that_are_busy_when_the_postmaster_is_killed_do_not_hold_up_the_next_start(
    postgres: EmbeddedPostgres,
) -> None:
    write(postgres, "committed before the busy kill")
    with psycopg.connect(postgres.url()) as busy:
        query = threading.Thread(target=sleep_until_cut_off, args=(busy,))
        query.start()
        time.sleep(0.3)
        orphan = busy.info.backend_pid
        postgres.kill()
        with Stopwatch() as took:
            postgres.start()
        query.join()
    assert is_gone(orphan)
    assert took.seconds < 5
    assert holds(postgres, "committed before the busy kill")


def test_a_pid_file_whose_number_now_belongs_to_another_process_does_not_hinder(postgres: EmbeddedPostgres) -> None:
    postgres.kill()
    wait_until(lambda: not processes_in(postgres.data, "postgres"))
    pid_file = postgres.data / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    with subprocess.Popen(["sleep", "60"]) as stranger:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        postgres.start()
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_creation_of_the_data_is_begun_anew() -> None:
    with temporary_home() as made:
        server = EmbeddedPostgres(made)
        server._make_directory()
        (server.directory / "data.new").mkdir()
        (server.directory / "data.new" / "PG_VERSION").write_text("18\n")
        server.start()
        server.stop()
        assert (server.data / "global").is_dir()
        assert not (server.directory / "data.new").exists()


def test_an_unusable_setting_is_reported_with_the_end_of_the_log() -> None:
    with temporary_home() as made:
        server = EmbeddedPostgres(made, settings={"shared_buffers": "a lot"})
        with pytest.raises(ServerDidNotStart, match='invalid value for parameter "shared_buffers"'):
            server.start()
        assert server.pid is None


def test_it_goes_when_the_process_that_started_it_is_killed(home: Path) -> None:
    script = (
        "import sys, time, pathlib; from services.postgres import EmbeddedPostgres;"
        "s = EmbeddedPostgres(pathlib.Path(sys.argv[1])); s.start(); print(s.pid, flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(home)]
    with subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.send_signal(signal.SIGKILL)
        starter.wait()
        assert wait_until(lambda: is_gone(pid), seconds=10, what="Postgres goes with its parent") < 5


def test_secrets_and_data_can_be_read_by_their_owner_only(postgres: EmbeddedPostgres, home: Path) -> None:
    assert 0o600 == stat.S_IMODE((home / "postgres_password").stat().st_mode)
    assert 0o600 == stat.S_IMODE(postgres.log.stat().st_mode)
    assert 0o700 == stat.S_IMODE(postgres.data.stat().st_mode)
    assert not (postgres.directory / "initial_password").exists()


def test_the_password_is_on_no_command_line(postgres: EmbeddedPostgres) -> None:
    assert postgres.pid is not None
    assert not [part for part in psutil.Process(postgres.pid).cmdline() if postgres.password in part]


@as_root
def test_as_root_it_runs_as_an_account_without_rights_and_owns_its_data(postgres: EmbeddedPostgres) -> None:
    account = postgres.residence.account
    assert account is not None
    assert postgres.pid is not None
    process = psutil.Process(postgres.pid)
    assert (account.uid,) * 3 == tuple(process.uids())
    assert (account.gid,) * 3 == tuple(process.gids())
    status = Path(f"/proc/{postgres.pid}/status").read_text()
    assert ["Groups:"] == next(line for line in status.splitlines() if line.startswith("Groups:")).split()
    assert account.uid == postgres.data.stat().st_uid != 0
    assert account.name in postgres.describe()


@as_root
def test_as_root_no_directory_that_existed_changes_its_permissions(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir(mode=0o755)
    with temporary_home() as made:
        before = modes_above(made / "x") | modes_above(outside / "x")
        server = EmbeddedPostgres(made, state=outside / "state")
        # pytest's folders are closed to other accounts, and stay closed: that is said, not mended.
        with pytest.raises(NoServerAccount, match="could not be set up"):
            server.start()
        assert before == modes_above(made / "x") | modes_above(outside / "x")


@as_root
def test_as_root_the_state_directory_is_passed_through_but_not_listed_by_others(postgres: EmbeddedPostgres) -> None:
    state = postgres.directory.parents[1]
    assert 0o711 == stat.S_IMODE(state.stat().st_mode)
    assert 0o711 == stat.S_IMODE(postgres.directory.parent.stat().st_mode)
    assert 0 == state.stat().st_uid
    for folder, _, files in os.walk(state / postgres.residence.binaries.relative_to(state).parts[0]):
        for path in (Path(folder), *(Path(folder, name) for name in files)):
            assert 0 == path.lstat().st_uid
            assert path.is_symlink() or not path.stat().st_mode & 0o022
