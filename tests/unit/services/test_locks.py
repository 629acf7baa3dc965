"""Locks end with their holder and say who holds them."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from core.locks import AlreadyRunning, HeldLock, is_held, lock_facts, lock_holder
from tests.support.processes import environment, wait_until

HOLD = """
import pathlib, sys, time
from core.locks import HeldLock
lock = HeldLock(pathlib.Path(sys.argv[1]), what="it")
time.sleep(60)
"""
LOOK = """
import fcntl, sys, time
file = open(sys.argv[1])
fcntl.flock(file, fcntl.LOCK_SH)
print("looks", flush=True)
time.sleep(0.3)
"""


def test_the_file_names_holder_and_facts_and_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "home" / "a.lock"
    with HeldLock(path, what="it", facts={"nonce": "n1"}):
        assert {"pid": os.getpid(), "nonce": "n1"} == lock_facts(path)
        assert os.getpid() == lock_holder(path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 0o700 == stat.S_IMODE(path.parent.stat().st_mode)


def test_a_second_taker_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with HeldLock(path, what="the house"), pytest.raises(AlreadyRunning, match="the house") as caught:
        HeldLock(path, what="the house", wait_seconds=0)
    assert os.getpid() == caught.value.pid


def test_a_lock_is_held_until_released_and_releasing_twice_is_harmless(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    assert not is_held(path)
    lock = HeldLock(path, what="it")
    assert is_held(path)
    lock.release()
    lock.release()
    assert not is_held(path)


def test_looking_whether_it_is_held_does_not_keep_its_taker_out(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    path.touch()
    with subprocess.Popen([sys.executable, "-c", LOOK, str(path)], stdout=subprocess.PIPE) as looker:
        assert looker.stdout is not None
        looker.stdout.readline()
        with HeldLock(path, what="it"):
            assert is_held(path)


def test_the_lock_of_a_killed_process_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], env=environment(tmp_path)) as holder:
        wait_until(lambda: holder.pid == lock_holder(path))
        assert is_held(path)
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert not is_held(path)


def test_a_shorter_text_leaves_nothing_of_a_longer_one(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    HeldLock(path, what="it", facts={"nonce": "x" * 100}).release()
    HeldLock(path, what="it").release()
    assert {"pid": os.getpid()} == lock_facts(path)


@pytest.mark.parametrize("content", ["", "[1]", "{broken", "7"])
def test_an_illegible_lock_file_has_no_facts(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.lock"
    path.write_text(content)
    assert {} == lock_facts(path)
    assert lock_holder(path) is None
