"""A bounded memory: the least recently used value makes room."""

import pytest

from core.memo import Memo


def test_memo_is_bounded_and_forgets_what_was_not_used_for_longest():
    memo = Memo(2)
    assert [(1, False), (2, False), (1, True), (3, False)] == [
        memo.get_or_compute(key, lambda key=key: key) for key in (1, 2, 1, 3)
    ]
    assert 2 == len(memo)
    assert (1, True) == memo.get_or_compute(1, lambda: 0)
    assert (20, False) == memo.get_or_compute(2, lambda: 20)


def test_memo_does_not_remember_a_failure():
    memo = Memo(2)
    with pytest.raises(ZeroDivisionError):
        memo.get_or_compute("key", lambda: 1 // 0)
    assert (5, False) == memo.get_or_compute("key", lambda: 5)


def test_memo_needs_room_for_one():
    with pytest.raises(ValueError, match="at least one"):
        Memo(0)


def test_memo_gives_what_was_put_and_keeps_what_was_asked_for():
    memo = Memo(2)
    memo.put("a", 1)
    memo.put("b", 2)
    assert 1 == memo.get("a")
    memo.put("c", 3)
    assert [1, None, 3] == [memo.get(key) for key in "abc"]
