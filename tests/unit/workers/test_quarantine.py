"""A suspect step runs alone in its process, and keeps nobody waiting for long."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest

from tests.support.processes import wait_until
from workers.quarantine import Quarantine


class Steps:
    """What runs at the same time as what."""

    def __init__(self, quarantine: Quarantine) -> None:
        self.quarantine = quarantine
        self.running: list[str] = []
        self.met: set[frozenset[str]] = set()
        self.go_on = threading.Event()

    def run(self, name: str, place: Callable[[], AbstractContextManager[None]], *, waits: bool = False) -> None:
        with place():
            self.running.append(name)
            self.met.add(frozenset(self.running))
            if waits:
                self.go_on.wait(10)
            else:
                time.sleep(0.002)
            self.met.add(frozenset(self.running))
            self.running.remove(name)


@pytest.fixture
def steps() -> Steps:
    return Steps(Quarantine(patience_seconds=30))


def test_steps_run_beside_each_other(steps: Steps) -> None:
    with ThreadPoolExecutor(2) as threads:
        for name in ("one", "other"):
            threads.submit(steps.run, name, steps.quarantine.among_others, waits=True)
        wait_until(lambda: len(steps.running) == 2)
        steps.go_on.set()


def test_a_suspect_waits_for_the_others_and_they_for_it(steps: Steps) -> None:
    with ThreadPoolExecutor(3) as threads:
        threads.submit(steps.run, "before", steps.quarantine.among_others, waits=True)
        wait_until(lambda: steps.running == ["before"])
        suspect = threads.submit(steps.run, "suspect", steps.quarantine.alone)
        wait_until(lambda: bool(steps.quarantine._alone))
        after = threads.submit(steps.run, "after", steps.quarantine.among_others)
        time.sleep(0.2)
        assert (["before"], False, False) == (steps.running, suspect.done(), after.done())
        steps.go_on.set()
    assert {frozenset({name}) for name in ("before", "suspect", "after")} == steps.met


def test_no_suspect_meets_anybody_whatever_comes_when(steps: Steps) -> None:
    with ThreadPoolExecutor(16) as threads:
        for number in range(400):
            kind = "suspect" if number % 8 == 0 else "step"
            place = steps.quarantine.alone if kind == "suspect" else steps.quarantine.among_others
            threads.submit(steps.run, f"{kind} {number}", place)
    assert [] == [met for met in steps.met if len(met) > 1 and any(name.startswith("suspect") for name in met)]
    assert 400 == len({name for met in steps.met for name in met})


def test_whoever_waits_long_enough_goes_on() -> None:
    steps = Steps(Quarantine(patience_seconds=0.2))
    with ThreadPoolExecutor(3) as threads:
        threads.submit(steps.run, "endless", steps.quarantine.among_others, waits=True)
        wait_until(lambda: steps.running == ["endless"])
        threads.submit(steps.run, "suspect", steps.quarantine.alone, waits=True)
        wait_until(lambda: "suspect" in steps.running)
        threads.submit(steps.run, "third", steps.quarantine.among_others, waits=True)
        wait_until(lambda: "third" in steps.running)
        steps.go_on.set()


def test_a_step_that_fails_leaves_room_for_the_next(steps: Steps) -> None:
    for place in (steps.quarantine.alone, steps.quarantine.among_others, steps.quarantine.alone):
        with pytest.raises(ZeroDivisionError), place():
            raise ZeroDivisionError
    steps.run("last", steps.quarantine.alone)
