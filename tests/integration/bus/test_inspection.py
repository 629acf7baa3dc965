"""Looking at single messages, and taking one out."""

import dramatiq
import pytest

from bus import MessageInFlight, MessageNotFound, MessageState


@pytest.fixture
def note(broker):
    return dramatiq.actor(lambda *_: None, broker=broker, actor_name="note")


def numbers(found):
    return [one.message.args[0] for one in found]


def test_messages_are_listed_by_lane_and_age_in_pages(broker, note):
    assert [] == broker.messages("default")
    for number in range(4):
        note.send_with_options(args=(number,), priority=3 if number < 2 else 1)

    first = broker.messages("default", count=3)
    rest = broker.messages("default", count=3, after=first[-1].handle)
    assert ([2, 3, 0], [1]) == (numbers(first), numbers(rest))
    assert {MessageState.READY} == {one.state for one in first}
    assert [] == broker.messages("default", after=rest[-1].handle)


def test_what_a_consumer_holds_is_in_flight_and_cannot_be_removed(broker, note):
    for number in range(2):
        note.send(number)
    consumer = broker.consume("default", prefetch=1, timeout=100)
    held = next(consumer)

    first, second = broker.messages("default")
    assert (MessageState.IN_FLIGHT, broker.session.consumer, 1) == (first.state, first.consumer, first.deliveries)
    assert (MessageState.READY, "") == (second.state, second.consumer)
    with pytest.raises(MessageInFlight):
        broker.remove_message("default", first.handle)
    consumer.requeue([held])
    [given_back, _] = broker.messages("default")
    assert MessageState.READY == given_back.state

    broker.remove_message("default", given_back.handle)
    assert [1] == numbers(broker.messages("default"))
    assert 1 == broker.queue_stats("default").unfinished
    consumer.close()


def test_delayed_message_can_be_dropped_or_hastened_but_once(broker, note):
    for number in range(3):
        note.send_with_options(args=(number,), delay=60_000 + number * 1000)
    listed = broker.delayed_messages("default")
    assert [0, 1, 2] == numbers(listed)
    assert [1] == numbers(broker.delayed_messages("default", count=1, skip=1))
    assert {MessageState.DELAYED} == {one.state for one in listed}

    broker.hasten_message("default", listed[0].handle)
    broker.remove_message("default", listed[1].handle)
    assert ([0], [2]) == (numbers(broker.messages("default")), numbers(broker.delayed_messages("default")))
    for way in (broker.hasten_message, broker.remove_message):
        with pytest.raises(MessageNotFound):
            way("default", listed[0].handle)


@pytest.mark.parametrize("handle", ["", "p4-1-1", "p1-1", "1-1", "d-", "p1-99-0", "d-nobody", "p2-\u0661-0"])
def test_handle_that_names_nothing_is_not_found(broker, note, handle):
    note.send(1)
    with pytest.raises(MessageNotFound):
        broker.remove_message("default", handle)
    assert 1 == broker.unfinished("default")


def test_message_in_a_lane_cannot_be_hastened(broker, note):
    note.send(1)
    [waiting] = broker.messages("default")
    with pytest.raises(MessageNotFound):
        broker.hasten_message("default", waiting.handle)


def test_removed_unique_message_gives_its_key_up(broker, note):
    for _ in range(2):
        note.send_with_options(args=(1,), unique_key="only")
    [waiting] = broker.messages("default")
    broker.remove_message("default", waiting.handle)

    note.send_with_options(args=(2,), unique_key="only")
    assert [2] == numbers(broker.messages("default"))


def test_message_that_cannot_be_decoded_is_listed_and_removed_like_others(broker, note, raw):
    raw.xadd(broker.layout.of("default").lane(2), {"data": "no message"})
    note.send(1)
    broken, good = broker.messages("default")

    assert (None, (1,)) == (broken.message, good.message.args)
    broker.remove_message("default", broken.handle)
    assert [good] == broker.messages("default")
