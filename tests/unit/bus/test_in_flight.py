import threading

from bus.entry import Entry
from bus.in_flight import InFlight
from bus.keys import KeyLayout

KEYS = KeyLayout("t", {"q": "q"}).of("q")


def entry(number, *, is_last_chance=False):
    made = Entry(KEYS, 2, f"{number}-0", {}, 1, counted=True)
    made.is_last_chance = is_last_chance
    return made


def test_entry_counts_until_it_is_removed():
    held = InFlight()
    first, second = entry(1), entry(2)
    held.add("q", [first, second])
    held.remove(first)
    held.remove(first)

    assert 1 == held.count("q")
    assert {("{q}:p2", "2-0")} == held.handles("q")
    assert 0 == held.count("other")


def test_whoever_waits_for_room_is_woken_by_a_removal():
    held, only = InFlight(), entry(1)
    held.add("q", [only])
    timer = threading.Timer(0.05, held.remove, [only])
    timer.start()

    assert held.wait_for_room("q", 0, timeout_seconds=5)
    timer.join()


def test_waiting_for_room_ends_with_its_time():
    held = InFlight()
    held.add("q", [entry(1)])

    assert not held.wait_for_room("q", 0, timeout_seconds=0.01)


def test_last_chance_is_seen_as_long_as_it_is_held():
    held, last = InFlight(), entry(1, is_last_chance=True)
    held.add("q", [last, entry(2)])
    assert held.holds_last_chance("q")

    held.remove(last)
    assert not held.holds_last_chance("q")


def test_ended_entry_takes_no_place_and_is_ours_until_the_server_has_heard():
    held, only = InFlight(), entry(1)
    held.add("q", [only])
    held.end(only)

    assert 0 == held.count("q")
    assert {only.handle} == held.handles("q")
    assert not held.is_quiet("q")
    held.remove_ended([only])
    assert held.is_quiet("q")


def test_entry_that_ends_while_somebody_looks_is_never_out_of_the_books():
    held, many = InFlight(), [entry(number) for number in range(5_000)]
    held.add("q", many)
    ending = threading.Thread(target=lambda: [held.end(each) for each in many])
    ending.start()
    while ending.is_alive():
        assert len(many) == len(held.handles("q"))
    ending.join()
