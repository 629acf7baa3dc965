import pytest

from bus.keys import KeyLayout


def layout(**options):
    return KeyLayout(**({"namespace": "dma", "streams": None, "groups": None, "slot": "queue"} | options))


def test_keys_of_a_queue_share_its_tag():
    keys = layout(streams={"scribe": "agent_tasks:scribe"}).of("scribe")

    assert ("{agent_tasks:scribe}:p1", "{agent_tasks:scribe}:p2", "{agent_tasks:scribe}:p3") == keys.lanes
    assert "{agent_tasks:scribe}:wake" == keys.wake
    assert "{agent_tasks:scribe}:retry" == keys.retry
    assert "{agent_tasks:scribe}:retry:m" == keys.retry_bodies
    assert "{agent_tasks:scribe}:dlq" == keys.dead_letters
    assert "agent_tasks:scribe" == keys.slot_tag


def test_queue_without_a_name_of_its_own_is_named_after_namespace_and_queue():
    assert "{dma:scribe}:p2" == layout().of("scribe").lane(2)
    assert "workers" == layout().of("scribe").group


def test_queues_in_one_slot_have_the_namespace_as_tag():
    one_slot = layout(slot="namespace", streams={"scribe": "agent_tasks:scribe"})

    assert "{dma}:agent_tasks:scribe:p1" == one_slot.of("scribe").lane(1)
    assert one_slot.of("other").slot_tag == one_slot.of("scribe").slot_tag


@pytest.mark.parametrize(
    ("options", "live"),
    [
        ({}, "{dma}:live"),
        ({"slot": "namespace"}, "{dma}:live"),
        ({"is_cluster": True}, "{dma:scribe}:live"),
        ({"is_cluster": True, "slot": "namespace"}, "{dma}:live"),
    ],
)
def test_beats_of_all_queues_are_in_one_place_unless_the_queues_are_spread(options, live):
    keys = layout(**options).of("scribe")

    assert live == keys.live
    assert live.replace("live", "resumed") == keys.resumed
    assert "scribe/host:1:ab" == keys.member("host:1:ab")


def test_epoch_is_a_plain_key():
    assert "dma:epoch" == layout().epoch


@pytest.mark.parametrize("name", ["", "a b", "{a}", "a/b", "ä"])
def test_name_that_cannot_be_part_of_a_key_is_refused(name):
    with pytest.raises(ValueError, match="may only have"):
        layout().of(name)
    with pytest.raises(ValueError, match="may only have"):
        layout(streams={"q": name})


def test_unknown_slot_is_refused():
    with pytest.raises(ValueError, match="slot must be"):
        layout(slot="shard")
