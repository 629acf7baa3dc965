"""A bucket of tokens: what it gives, when it has them again, and what is given back."""

import pytest

from core.buckets import Bucket, BucketSize, Draw

SIZE = BucketSize(60)


def test_a_full_bucket_gives_all_it_holds_and_then_nothing() -> None:
    bucket = Bucket()
    assert Draw(60, 0) == bucket.draw(SIZE, 100.0, least=1, most=100)
    assert Draw(0, 0, pytest.approx(1.0)) == bucket.draw(SIZE, 100.0, least=1, most=1)


def test_tokens_come_back_one_by_one() -> None:
    bucket = Bucket()
    bucket.draw(SIZE, 100.0, least=60, most=60)
    assert [0, 1, 0, 9] == [bucket.draw(SIZE, now, least=1, most=99).drawn for now in (100.9, 101.0, 101.5, 110.0)]


def test_fewer_than_are_needed_are_not_drawn_and_the_wait_is_told() -> None:
    bucket = Bucket()
    bucket.draw(SIZE, 100.0, least=55, most=55)
    assert Draw(0, 5, pytest.approx(5.0)) == bucket.draw(SIZE, 100.0, least=10, most=10)
    assert 10 == bucket.draw(SIZE, 105.0, least=10, most=10).drawn


def test_what_is_given_back_is_there_again_and_what_is_owed_is_not() -> None:
    bucket = Bucket()
    bucket.draw(SIZE, 100.0, least=60, most=60)
    assert Draw(10, 10) == bucket.draw(SIZE, 100.0, least=1, most=10, give_back=20)
    assert Draw(0, 0, pytest.approx(6.0)) == bucket.draw(SIZE, 100.0, least=1, most=1, give_back=-15)


def test_nobody_owes_more_than_two_bucketfuls_nor_has_more_than_one() -> None:
    bucket = Bucket()
    assert Draw(0, 0, pytest.approx(61.0)) == bucket.draw(SIZE, 100.0, least=1, most=1, give_back=-10_000)
    assert Draw(1, 59) == bucket.draw(SIZE, 100.0, least=1, most=1, give_back=10_000)
