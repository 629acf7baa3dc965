"""Turns among threads: one at a time, those that somebody waits to see first, and nobody held up for good."""

import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from workers.turnstile import Turnstile

FOREVER = 60.0
Step = Callable[[], None]


def started(*steps: Step) -> list[threading.Thread]:
    """Threads that were started in this order; each waits in its line before the next begins."""
    threads = [threading.Thread(target=step, daemon=True) for step in steps]
    for thread in threads:
        thread.start()
        time.sleep(0.01)
    return threads


def ended(threads: list[threading.Thread]) -> bool:
    for thread in threads:
        thread.join(10)
    return not any(thread.is_alive() for thread in threads)


def lines_of(turnstile: Turnstile, first: int, behind: int) -> None:
    """Wait until so many stand in each line."""
    until = time.monotonic() + 10
    while (len(turnstile._first), len(turnstile._behind)) != (first, behind):
        assert time.monotonic() < until
        time.sleep(0.001)


def test_those_who_go_first_go_first_and_each_line_keeps_its_order() -> None:
    turnstile, order = Turnstile(FOREVER, FOREVER), []

    def first(name: str) -> Step:
        def go() -> None:
            with turnstile.first():
                order.append(name)

        return go

    def behind(name: str) -> Step:
        def go() -> None:
            with turnstile.behind():
                order.append(name)

        return go

    with turnstile.behind():
        threads: list[threading.Thread] = []
        for number, step in enumerate((behind("room a"), behind("room b"), first("map a"), first("map b")), start=1):
            threads += started(step)
            lines_of(turnstile, max(0, number - 2), min(2, number))
        assert [] == order

    assert ended(threads)
    assert ["map a", "map b", "room a", "room b"] == order


def test_who_stands_aside_is_the_next_of_those_behind() -> None:
    turnstile, order = Turnstile(FOREVER, FOREVER), []

    def another_map() -> None:
        with turnstile.first():
            order.append("map")

    def another_room() -> None:
        with turnstile.behind():
            order.append("another's room")

    with turnstile.behind() as turn:
        assert not turn.is_wanted
        order.append("room")
        threads = started(another_room, another_map)
        lines_of(turnstile, 1, 1)
        assert turn.is_wanted
        with turn.aside():
            pass
        order.append("room")

    assert ended(threads)
    assert ["room", "map", "room", "another's room"] == order


def test_an_error_leaves_the_turn_to_the_next() -> None:
    turnstile = Turnstile(FOREVER, FOREVER)

    def go() -> None:
        with turnstile.behind():
            pass

    with pytest.raises(ZeroDivisionError), turnstile.first():
        raise ZeroDivisionError
    assert ended(started(go))
    with pytest.raises(ZeroDivisionError), turnstile.behind() as turn, turn.aside():
        _fail_while(started(go))
    assert ended(started(go))


def _fail_while(threads: list[threading.Thread]) -> None:
    assert ended(threads)
    raise ZeroDivisionError


def test_a_turn_that_is_never_given_back_holds_up_each_once_at_most() -> None:
    turnstile = Turnstile(FOREVER, 0.02)
    stuck = turnstile.first()
    stuck.__enter__()

    with turnstile.behind():
        assert not turnstile.is_free
    assert turnstile.is_free
    with turnstile.behind():
        stuck.__exit__(None, None, None)
        assert not turnstile.is_free, "who came late to the end of his turn ended another's"


def test_who_waits_in_vain_leaves_no_place_behind() -> None:
    turnstile = Turnstile(0.01, 0.02)
    with turnstile.behind(), turnstile.first(), turnstile.behind():
        pass

    lines_of(turnstile, 0, 0)
    assert turnstile.is_free


def test_threads_that_make_maps_and_rooms_never_meet_and_all_come_to_their_end() -> None:
    turnstile, inside, met, made = Turnstile(FOREVER, FOREVER), [], [], count()

    def make() -> None:
        inside.append(None)
        met.extend(inside[1:])
        next(made)
        inside.pop()

    def dungeon() -> None:
        for _ in range(10):
            with turnstile.first():
                make()
            with turnstile.behind() as turn:
                for _room in range(10):
                    make()
                    if turn.is_wanted:
                        with turn.aside():
                            pass
                with turn.aside():
                    pass
                make()

    assert ended([thread for _ in range(8) for thread in started(dungeon)])
    assert (8 * 10 * 12, []) == (next(made), met)
