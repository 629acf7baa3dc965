"""Waiting grows while ends follow each other quickly."""

from services.backoff import LONGEST_AT_WORK_SECONDS, LONGEST_SECONDS, STABLE_SECONDS, Backoff
from tests.support.clock import FakeClock


def waits_of(backoff: Backoff, clock: FakeClock, *, lives: list[float], has_worked: bool = False) -> list[float]:
    waits = []
    for life in lives:
        backoff.started()
        clock.advance(seconds=life)
        if has_worked:
            backoff.worked()
        waits.append(backoff.ended())
    return waits


def test_each_rapid_end_doubles_the_wait_up_to_a_limit(clock: FakeClock) -> None:
    waits = waits_of(Backoff(clock), clock, lives=[0.1] * 9)
    assert [0.25, 0.5, 1.0, 2.0, 4.0, 8.0, LONGEST_SECONDS, LONGEST_SECONDS, LONGEST_SECONDS] == waits


def test_a_stable_life_makes_the_next_wait_short_again(clock: FakeClock) -> None:
    assert [0.25, 0.5, 0.25] == waits_of(Backoff(clock), clock, lives=[0.1, 0.1, STABLE_SECONDS])


def test_a_life_just_short_of_stable_does_not(clock: FakeClock) -> None:
    assert [0.25, 0.5] == waits_of(Backoff(clock), clock, lives=[0.1, STABLE_SECONDS - 0.01])


def test_who_falls_at_work_again_and_again_is_waited_for_two_seconds_at_most(clock: FakeClock) -> None:
    waits = waits_of(Backoff(clock), clock, lives=[0.1] * 6, has_worked=True)
    assert [0.25, 0.5, 1.0, *[LONGEST_AT_WORK_SECONDS] * 3] == waits


def test_who_does_not_come_to_work_any_more_is_given_longer_again(clock: FakeClock) -> None:
    backoff = Backoff(clock)
    waits_of(backoff, clock, lives=[0.1] * 6, has_worked=True)
    assert [4.0, 8.0, LONGEST_SECONDS] == waits_of(backoff, clock, lives=[0.1] * 3)
