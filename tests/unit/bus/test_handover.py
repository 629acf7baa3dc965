from contextlib import contextmanager

import pytest
from dramatiq import Message

from bus.entry import Entry, StreamMessage
from bus.handover import Handover, HandoverFailed, staged_with, was_interrupted
from bus.keys import KeyLayout


@contextmanager
def staging(handover, message, *, succeeded=True):
    """As the broker does around the middleware of a processed message."""
    handover.begin(message, succeeded=succeeded)
    is_complete = False
    try:
        yield
        is_complete = True
    finally:
        handover.end(message, is_complete=is_complete)


@pytest.fixture
def message():
    entry = Entry(KeyLayout("t").of("q"), 2, "1-0", {}, 1, counted=True)
    return StreamMessage(Message("q", "actor", (), {}, {}), entry)


def test_stage_is_open_only_while_middleware_runs(message):
    handover = Handover()
    assert handover.stage is None
    with staging(handover, message):
        assert message.stage is handover.stage
        handover.stage.publications.append("next")

    assert handover.stage is None
    assert ["next"] == staged_with(message)
    assert not was_interrupted(message)


def test_second_pass_replaces_what_the_first_staged(message):
    handover = Handover()
    with staging(handover, message):
        handover.stage.publications.append("next step")
    with staging(handover, message):
        handover.stage.publications.append("retry")

    assert ["retry"] == staged_with(message)


def test_interrupt_leaves_the_stage_incomplete(message):
    handover = Handover()
    with pytest.raises(KeyboardInterrupt), staging(handover, message):
        raise KeyboardInterrupt

    assert was_interrupted(message)
    assert handover.stage is None


def test_failed_publication_fails_the_message_and_empties_the_stage(message):
    handover = Handover()
    with staging(handover, message):
        handover.stage.publications.append("written already")
        with pytest.raises(TypeError), handover.failures_kept():
            raise TypeError("cannot be encoded")

    assert message.failed
    assert isinstance(message.exception, HandoverFailed)
    assert "TypeError: cannot be encoded" == str(message.exception)
    assert [] == staged_with(message)


def test_message_that_was_never_processed_hands_nothing_over(message):
    assert [] == staged_with(message)
    assert not was_interrupted(message)


def ids_of(message, *, succeeded, messages):
    handover = Handover()
    with staging(handover, message, succeeded=succeeded):
        ids = []
        for each in messages:
            ids.append(handover.stage.id_of_next(each))
            handover.stage.publications.append(each)
        return ids


def test_second_run_that_ends_the_same_way_hands_over_the_same_ids(message):
    followers = [Message("q", "actor", (), {}, {}) for _ in range(2)]
    first = ids_of(message, succeeded=True, messages=followers)
    again = ids_of(message, succeeded=True, messages=followers)

    assert first == again
    assert 2 == len(set(first))


def test_what_follows_from_a_failure_never_has_the_id_of_what_follows_from_a_success(message):
    follower = [Message("q", "actor", (), {}, {})]

    assert ids_of(message, succeeded=True, messages=follower) != ids_of(message, succeeded=False, messages=follower)


def test_what_follows_from_another_enqueue_has_another_id(message):
    retried = StreamMessage(message.message.copy(options={"redis_message_id": "second"}), message.entry)
    follower = [Message("q", "actor", (), {}, {})]

    assert ids_of(message, succeeded=True, messages=follower) != ids_of(retried, succeeded=True, messages=follower)
