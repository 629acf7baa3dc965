import threading

from bus.entry import Entry
from bus.in_flight import InFlight
from bus.keys import QueueKeys

KEYS = QueueKeys("q", "workers", "{q}")


def entry(number, **more):
    return Entry(KEYS, 2, f"{number}-0", {}, 1, counted=True, **more)


def test_entry_counts_until_it_is_removed():
    held = InFlight()
    first, second = entry(1), entry(2)
    held.add([first, second])
    held.remove(first)
    held.remove(first)

    assert 1 == held.count("q")
    assert {("{q}:p2", "2-0")} == held.handles("q")
    assert 0 == held.count("other")


def test_whoever_waits_for_room_is_woken_by_a_removal():
    held, only = InFlight(), entry(1)
    held.add([only])
    timer = threading.Timer(0.05, held.remove, [only])
    timer.start()

    assert held.wait_for_room("q", 1, timeout_seconds=5)
    timer.join()


def test_waiting_for_room_ends_with_its_time():
    held = InFlight()
    held.add([entry(1)])

    assert not held.wait_for_room("q", 1, timeout_seconds=0.01)


def test_last_chance_is_seen_as_long_as_it_is_held():
    held, last = InFlight(), entry(1, is_last_chance=True)
    held.add([last, entry(2)])
    assert held.holds_last_chance("q")

    held.remove(last)
    assert not held.holds_last_chance("q")
