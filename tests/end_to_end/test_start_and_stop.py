"""Starting, stopping and the ends that nobody planned."""

import os
import signal
import subprocess
import sys

from tests.support.installation import ROOT, Installation, alive, wait_until


def test_ctrl_c_stops_everything_within_ten_seconds_with_jobs_in_hand(breakable_dma: Installation) -> None:
    with breakable_dma.client() as client:
        sent = [
            breakable_dma.send(client, "Create a dwarven blacksmith named Borin", timeout_ms=60_000) for _ in range(20)
        ]

    assert breakable_dma.interrupt(within_seconds=10) < 10
    breakable_dma.start()

    with breakable_dma.client() as client:
        assert {"completed"} == {breakable_dma.poll(client, request_id)["status"] for request_id in sent}


def test_nothing_is_left_ten_seconds_after_honcho_is_killed_and_the_next_start_recovers(
    breakable_dma: Installation,
) -> None:
    with breakable_dma.client() as client:
        sent = [
            breakable_dma.send(client, "Create a dwarven blacksmith named Borin", timeout_ms=60_000) for _ in range(20)
        ]
    family = breakable_dma.family()

    os.kill(breakable_dma.pid, signal.SIGKILL)
    wait_until(lambda: not alive(family), 10, describe=lambda: str(alive(family)))
    breakable_dma.start()

    with breakable_dma.client() as client:
        assert {"completed"} == {breakable_dma.poll(client, request_id)["status"] for request_id in sent}


def test_a_second_run_over_the_same_home_says_so_and_stops(running_dma: Installation) -> None:
    before = {process.pid for process in running_dma.family()}

    second = subprocess.run(
        [sys.executable, "-m", "services.run"],
        cwd=ROOT,
        env=running_dma.environment(),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )

    assert 1 == second.returncode
    assert str(running_dma.home) in second.stdout + second.stderr
    assert "already" in (second.stdout + second.stderr).lower()
    assert before == {process.pid for process in running_dma.family()}
