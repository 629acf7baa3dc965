"""Two bodies that mean the same have one fingerprint."""

from store.idempotency import fingerprint_of


def test_order_of_keys_makes_no_difference() -> None:
    assert fingerprint_of({"a": 1, "b": [{"c": 2, "d": 3}]}) == fingerprint_of({"b": [{"d": 3, "c": 2}], "a": 1})


def test_another_value_makes_another_fingerprint() -> None:
    bodies = [{"a": 1}, {"a": "1"}, {"a": [1]}, {"a": None}, {}, {"b": 1}, {"a": True}]
    assert len(bodies) == len({fingerprint_of(body) for body in bodies})
