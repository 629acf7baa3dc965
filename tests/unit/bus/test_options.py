import pytest

from bus.options import Options


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lease_seconds", 0),
        ("lease_seconds", 100_000),
        ("heartbeat_seconds", 0),
        ("heartbeat_seconds", 3.4),
        ("ack_flush_seconds", -1),
        ("block_seconds", 0),
        ("max_crashes", 0),
        ("dead_message_ttl_seconds", 0),
        ("max_dead_letters", 0),
    ],
)
def test_number_that_cannot_work_is_refused_by_name(name, value):
    with pytest.raises(ValueError, match="must be"):
        Options(**{name: value})


def test_defaults_recover_a_killed_worker_within_fifteen_seconds():
    defaults = Options()

    assert defaults.lease_seconds + defaults.heartbeat_seconds <= 15


def test_silence_counts_as_an_outage_before_a_lease_that_beats_can_run_out():
    defaults = Options()

    assert defaults.gap_ms + defaults.heartbeat_seconds * 1000 < defaults.lease_ms


def test_limit_is_one_for_all_or_one_for_each_queue():
    assert 5 == Options(max_length=5).limit_of("any")
    assert 7 == Options(max_length={"scribe": 7}).limit_of("scribe")
    assert Options(max_length={"scribe": 7}).limit_of("other") is None
    assert Options().limit_of("any") is None


@pytest.mark.parametrize(("max_crashes", "last_chance_at"), [(1, 1), (2, 1), (3, 2), (5, 4)])
def test_last_chance_is_one_crash_before_the_grave(max_crashes, last_chance_at):
    assert last_chance_at == Options(max_crashes=max_crashes).last_chance_at
