"""Small things are told together, and what is ready does not wait for long."""

from typing import Any

from tests.unit.workers.world_designer.test_dungeons import Heard
from workers.gathering import GATHER_SECONDS, MOST_BYTES, Gathered


def gathering() -> tuple[Gathered, Heard, list[float]]:
    heard, now = Heard(), [5.0]
    return Gathered(heard, monotonic=lambda: now[0]), heard, now


def test_what_is_ready_waits_for_a_moment_from_the_first_on() -> None:
    gathered, heard, now = gathering()
    assert not gathered.is_due

    for number in range(3):
        assert not gathered.is_due
        gathered.add("room", {"number": number})
        now[0] += GATHER_SECONDS / 3 + 1e-9
    assert gathered.is_due
    gathered.tell()

    assert [["room"] * 3] == heard.kinds_told()
    assert not gathered.is_due
    gathered.add("summary", {})
    assert not gathered.is_due


def test_much_does_not_wait_at_all() -> None:
    gathered, _, _ = gathering()
    large: dict[str, Any] = {"svg": "x" * 95_000}

    for _ in range(MOST_BYTES // 95_000):
        assert not gathered.is_due
        gathered.add("map", large)
    gathered.add("map", large)

    assert gathered.is_due
