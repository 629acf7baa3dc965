"""The services process with real servers: order of start and stop, and coming back from every kind of kill."""

import os
import re
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import redis

from core.errors import EXIT_CONFIGURATION, DependencyUnavailable
from core.locate import Announcement, announcement_path, read_announcement
from core.locks import HeldLock, is_held
from core.settings import DEFAULT_CAMPAIGN_ID
from services.main import require_redis
from services.ports import free_port
from services.processes import processes_in
from tests.support.processes import REPOSITORY, environment, is_gone, run_module, running, wait_until
from tests.support.servers import temporary_home
from tests.support.stopwatch import Stopwatch

START_SECONDS = 60.0
MODULE = [sys.executable, "-m", "services.main"]
SUPERVISED = [sys.executable, "-m", "services.supervise", "--grace-seconds", "4.8", "services", "--", *MODULE]


@pytest.fixture
def home() -> Iterator[Path]:
    with temporary_home() as made:
        yield made


@contextmanager
def services(home: Path, command: list[str] = MODULE, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    with running(command, env=environment(home, **more), output=home / "output") as process:
        yield process


def await_announcement(home: Path, *, after: Announcement | None = None) -> Announcement:
    def is_new() -> bool:
        found = read_announcement(home)
        return found is not None and (after is None or found.nonce != after.nonce)

    wait_until(is_new, seconds=START_SECONDS, what=f"announcement; output: {home / 'output'}")
    found = read_announcement(home)
    assert found is not None
    return found


def write_everywhere(urls: Announcement, text: str) -> None:
    with psycopg.connect(urls.database_url) as connection:
        connection.execute("INSERT INTO campaigns (id, name) VALUES (gen_random_uuid(), %s)", (text,))
    with redis.Redis.from_url(urls.redis_url) as client:
        client.set(text, "here")
        on_disk = client.waitaof(1, 0, 20_000)  # it writes every second, or later when the disk is slow
        assert [1, 0] == on_disk


def database_answers(urls: Announcement) -> bool:
    try:
        with psycopg.connect(urls.database_url, connect_timeout=2):
            return True
    except psycopg.OperationalError:
        return False


def redis_answers(urls: Announcement) -> bool:
    with redis.Redis.from_url(urls.redis_url, socket_timeout=2) as client:
        try:
            return bool(client.ping())
        except redis.RedisError:
            return False


def found_everywhere(urls: Announcement, text: str) -> bool:
    with psycopg.connect(urls.database_url) as connection:
        row = connection.execute("SELECT count(*) FROM campaigns WHERE name = %s", (text,)).fetchone()
    with redis.Redis.from_url(urls.redis_url) as client:
        return row == (1,) and client.get(text) == b"here"


def server_pids(home: Path) -> tuple[int, int]:
    """Process ids of the postmaster and of Valkey."""
    data = re.findall(r"Postgres on .*?, data in ([^,\n]*)", (home / "output").read_text())[-1]
    postmaster = int((Path(data) / "postmaster.pid").read_text().splitlines()[0])
    (valkey,) = processes_in(home / "valkey" / "data", "valkey-server")
    return postmaster, valkey.pid


def test_it_announces_servers_with_schema_and_first_campaign_and_prints_no_secret(home: Path) -> None:
    with services(home):
        urls = await_announcement(home)
        assert 0o600 == stat.S_IMODE(announcement_path(home).stat().st_mode)
        with psycopg.connect(urls.database_url) as connection:
            campaign = connection.execute("SELECT id::text, name FROM campaigns").fetchall()
            members = connection.execute("SELECT principal, role FROM memberships").fetchall()
        assert [(DEFAULT_CAMPAIGN_ID, "My campaign")] == campaign
        assert [("user:dm", "owner")] == members
        assert redis_answers(urls)
    printed = (home / "output").read_text()
    assert "Postgres on 127.0.0.1:" in printed
    for name in ("postgres_password", "valkey_password", "secret_key", "dev_token"):
        assert (home / name).read_text().strip() not in printed


def test_everything_is_kept_from_one_run_to_the_next(home: Path) -> None:
    with services(home) as process:
        first = await_announcement(home)
        write_everywhere(first, "kept")
        process.terminate()
        assert 0 == process.wait(timeout=10)
    assert read_announcement(home) is None
    with services(home):
        second = await_announcement(home)
        assert (first.database_url, first.redis_url) == (second.database_url, second.redis_url)
        assert first.nonce != second.nonce
        assert found_everywhere(second, "kept")


def test_a_stop_ends_both_servers_cleanly(home: Path) -> None:
    with services(home) as process:
        await_announcement(home)
        postmaster, valkey = server_pids(home)
        process.terminate()
        assert 0 == process.wait(timeout=10)
    assert is_gone(postmaster)
    assert is_gone(valkey)
    assert "database system is shut down" in (home / "logs" / "postgres.log").read_text()
    assert "ready to exit" in (home / "logs" / "valkey.log").read_text()


def test_a_stop_waits_for_the_other_processes_of_the_home(home: Path) -> None:
    with services(home, SUPERVISED) as process:
        urls = await_announcement(home)
        with HeldLock(home / "run" / "scribe.1.lock", what="a pool that is finishing its work"):
            process.terminate()
            time.sleep(1.5)
            assert process.poll() is None
            assert database_answers(urls)
            assert redis_answers(urls)
        with Stopwatch() as took:
            process.wait(timeout=10)
        assert took.seconds < 2


def test_a_stop_does_not_wait_for_ever_but_ends_below_honchos_patience(home: Path) -> None:
    with services(home, SUPERVISED) as process:
        await_announcement(home)
        with HeldLock(home / "run" / "scribe.1.lock", what="a pool that hangs"):
            begun = time.monotonic()
            with Stopwatch() as took:
                process.terminate()
                process.wait(timeout=10)
            assert time.monotonic() - begun > 4
            assert took.seconds < 6


@pytest.mark.parametrize("which", ["Postgres", "Valkey"])
def test_a_killed_server_is_back_with_its_data_and_url(home: Path, which: str) -> None:
    with services(home):
        urls = await_announcement(home)
        write_everywhere(urls, "before the kill")
        pids = dict(zip(("Postgres", "Valkey"), server_pids(home), strict=True))
        answers = {"Postgres": database_answers, "Valkey": redis_answers}[which]
        os.kill(pids[which], signal.SIGKILL)
        wait_until(lambda: is_gone(pids[which]))
        assert wait_until(lambda: answers(urls), seconds=10) < 2
        assert found_everywhere(urls, "before the kill")
        assert urls == read_announcement(home)
    assert f"{which} has ended; it is started again in 0.25 s" in (home / "output").read_text()


def test_a_killed_services_process_leaves_no_orphans_and_is_back_with_its_data(home: Path) -> None:
    with services(home, SUPERVISED):
        first = await_announcement(home)
        write_everywhere(first, "before the kill")
        old = server_pids(home)
        os.kill(first.pid, signal.SIGKILL)
        second = await_announcement(home, after=first)
        assert [True, True] == [is_gone(pid) for pid in old]
        assert (first.database_url, first.redis_url) == (second.database_url, second.redis_url)
        assert found_everywhere(second, "before the kill")
        new = server_pids(home)
    assert [True, True] == [is_gone(pid) for pid in new]


def test_all_three_killed_at_once_come_back_with_their_data(home: Path) -> None:
    with services(home, SUPERVISED):
        first = await_announcement(home)
        write_everywhere(first, "before the kill")
        for pid in (first.pid, *server_pids(home)):
            os.kill(pid, signal.SIGKILL)
        second = await_announcement(home, after=first)
        assert found_everywhere(second, "before the kill")


def test_a_second_one_over_the_same_home_is_refused(home: Path) -> None:
    with services(home) as process:
        await_announcement(home)
        second = run_module("services.main", env=environment(home))
        assert EXIT_CONFIGURATION == second.returncode
        assert f"already in use by process {process.pid}" in second.stdout
        assert read_announcement(home) is not None


def test_servers_of_the_settings_are_used_and_not_started(home: Path, database_url: str, redis_url: str) -> None:
    with services(home, DATABASE_URL=database_url, REDIS_URL=redis_url):
        urls = await_announcement(home)
        assert (database_url, redis_url) == (urls.database_url, urls.redis_url)
    assert not (home / "postgres.port").exists()
    assert not (home / "valkey.port").exists()


def test_one_server_of_the_settings_leaves_the_other_embedded(home: Path, redis_url: str) -> None:
    with services(home, REDIS_URL=redis_url):
        urls = await_announcement(home)
        assert redis_url == urls.redis_url
        assert database_answers(urls)
    assert not (home / "valkey.port").exists()


def test_a_setting_that_is_not_allowed_ends_it_for_good(home: Path) -> None:
    ended = run_module("services.main", env=environment(home, DMA_ENVIRONMENT="production"))
    assert EXIT_CONFIGURATION == ended.returncode
    assert "SECRET_KEY" in ended.stdout


def test_a_database_newer_than_the_code_ends_it_for_good_and_leaves_nothing_running(home: Path) -> None:
    with services(home) as process:
        urls = await_announcement(home)
        with psycopg.connect(urls.database_url) as connection:
            connection.execute("INSERT INTO schema_versions (version) VALUES (9999)")
        process.terminate()
        process.wait(timeout=10)
    ended = run_module("services.main", env=environment(home))
    assert EXIT_CONFIGURATION == ended.returncode
    assert "9999" in ended.stdout
    assert not processes_in(home / "valkey" / "data", "valkey-server")


def test_a_stop_during_the_start_is_a_clean_end(home: Path) -> None:
    with services(home) as process:
        wait_until((home / "postgres.port").exists)
        process.terminate()
        assert 0 == process.wait(timeout=10)
    assert not is_held(home / "services.lock")
    assert not processes_in(home / "valkey" / "data", "valkey-server")


def test_postgres_takes_as_many_connections_as_the_pools_may_open(home: Path) -> None:
    with (
        services(home, DMA_POOL_THREADS="64"),
        psycopg.connect(await_announcement(home).database_url) as connection,
    ):
        assert ("358",) == connection.execute("SHOW max_connections").fetchone()


def test_a_redis_that_does_not_answer_is_named() -> None:
    with pytest.raises(DependencyUnavailable, match="REDIS_URL does not answer"):
        require_redis(f"redis://127.0.0.1:{free_port()}/0", seconds=0.3)


def test_the_procfile_names_every_process_and_supervises_each() -> None:
    lines = dict(line.split(": ", 1) for line in (REPOSITORY / "Procfile").read_text().splitlines())
    assert ["services", "api", "orchestrator", "scribe", "system_mastery", "world_designer"] == list(lines)
    for name, line in lines.items():
        assert re.fullmatch(rf"exec python -m services\.supervise (--\S+ \S+ )?{name} -- python -m .+", line)
