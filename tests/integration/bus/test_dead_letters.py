"""What cannot be done is kept, with what is known about why."""

import time
from datetime import UTC, datetime, timedelta

import dramatiq
import pytest
import redis

from bus import DeadLetterNotFound, StreamsBroker
from tests.integration.bus.waiting import eventually


@pytest.fixture
def failing(broker):
    """An actor that raises while `failing.wrong` is not empty."""
    wrong = ["disk is full"]
    ran = []

    @dramatiq.actor(broker=broker, max_retries=1, min_backoff=10, max_backoff=20)
    def work(text):
        ran.append(text)
        if wrong:
            raise OSError(wrong[0])

    work.wrong, work.ran = wrong, ran
    return work


def test_exhausted_message_is_kept_with_everything_known_about_it(broker, failing, start_worker):
    before = datetime.now(UTC) - timedelta(seconds=1)
    start_worker(broker)
    sent = failing.send("text")
    broker.join("default", timeout=5_000)

    [letter] = broker.dead_letters("default")
    assert ("failed", "OSError: disk is full", 2, 1) == (
        letter.reason,
        letter.error,
        letter.attempts,
        letter.starts,
    )
    assert (sent.message_id, ("text",)) == (letter.message.message_id, letter.message.args)
    assert broker.session.consumer == letter.worker
    assert "in work" in letter.traceback
    assert before < letter.first_sent_at <= letter.failed_at + timedelta(seconds=1)


def test_replayed_message_runs_again_as_a_first_attempt(broker, failing, start_worker):
    start_worker(broker)
    sent = failing.send("text")
    broker.join("default", timeout=5_000)
    [letter] = broker.dead_letters("default")
    failing.wrong.clear()

    replayed = broker.replay_dead_letter("default", letter.id)
    broker.join("default", timeout=5_000)

    assert sent.message_id == replayed.message.message_id
    assert ["text"] * 3 == failing.ran
    assert [] == broker.dead_letters("default")


def test_replayed_message_may_be_retried_as_often_as_a_new_one(broker, failing, start_worker):
    start_worker(broker)
    failing.send("text")
    broker.join("default", timeout=5_000)
    broker.replay_dead_letter("default", broker.dead_letters("default")[0].id)
    broker.join("default", timeout=5_000)

    assert 4 == len(failing.ran)
    assert [2] == [letter.attempts for letter in broker.dead_letters("default")]


@pytest.mark.parametrize("letter_id", ["1-1", "nonsense"])
def test_replay_and_discard_of_a_letter_that_is_gone_say_so(broker, letter_id):
    with pytest.raises(DeadLetterNotFound):
        broker.replay_dead_letter("default", letter_id)
    with pytest.raises(DeadLetterNotFound):
        broker.discard_dead_letter("default", letter_id)


def test_discarded_letter_is_gone(broker, failing, start_worker):
    start_worker(broker)
    failing.send("text")
    broker.join("default", timeout=5_000)

    broker.discard_dead_letter("default", broker.dead_letters("default")[0].id)

    assert [] == broker.dead_letters("default")


def test_letters_are_paged_from_the_newest(broker, failing, start_worker):
    start_worker(broker, threads=1)
    for number in range(5):
        failing.send(number)
        broker.join("default", timeout=5_000)

    first = broker.dead_letters("default", count=3)
    rest = broker.dead_letters("default", count=3, cursor=first[-1].id)

    assert [4, 3, 2] == [letter.message.args[0] for letter in first]
    assert [1, 0] == [letter.message.args[0] for letter in rest]


def test_undecodable_payload_becomes_a_dead_letter_and_the_next_message_is_processed(
    broker, failing, raw, start_worker
):
    failing.wrong.clear()
    raw.xadd("{dramatiq:default}:p2", {"data": "{ not json"})
    raw.xadd("{dramatiq:default}:p2", {"strange": "no data at all"})
    start_worker(broker)
    failing.send("after")
    broker.join("default", timeout=5_000)

    assert ["after"] == failing.ran
    letters = broker.dead_letters("default")
    assert [("undecodable", b"", None), ("undecodable", b"{ not json", None)] == [
        (letter.reason, letter.payload, letter.message) for letter in letters
    ]
    assert "no data at all" == raw.xrevrange("{dramatiq:default}:dlq")[0][1]["strange"]


def test_message_for_an_actor_nobody_knows_becomes_a_dead_letter(broker, start_worker):
    broker.declare_queue("default")
    start_worker(broker)
    stranger = dramatiq.Message("default", "who", (), {}, {})
    broker.enqueue(stranger)
    broker.join("default", timeout=5_000)

    [letter] = broker.dead_letters("default")
    assert ("unknown_actor", stranger.message_id) == (letter.reason, letter.message.message_id)


def test_old_letters_expire_and_only_the_newest_are_kept(make_broker, start_worker):
    broker = make_broker(max_dead_letters=2, dead_message_ttl_seconds=3)

    @dramatiq.actor(broker=broker, max_retries=0)
    def fail(number):
        raise RuntimeError(number)

    start_worker(broker, threads=1)
    for number in range(3):
        fail.send(number)
    broker.join("default", timeout=5_000)
    assert [2, 1] == [letter.message.args[0] for letter in broker.dead_letters("default")]

    time.sleep(3.1)
    fail.send(3)
    broker.join("default", timeout=5_000)
    assert [3] == [letter.message.args[0] for letter in broker.dead_letters("default")]


def test_rejection_by_a_worker_that_lost_the_message_writes_nothing(broker, failing, raw):
    failing.send("text")
    consumer = broker.consume("default", timeout=50)
    message = next(consumer)
    raw.xclaim("{dramatiq:default}:p2", "workers", "somebody-else", 0, [message.entry.id])

    message.fail()
    consumer.nack(message)

    assert [] == broker.dead_letters("default")
    assert 1 == raw.xlen("{dramatiq:default}:p2")
    consumer.close()


def test_letters_can_be_read_by_a_process_that_never_consumes(broker, failing, bus_url, start_worker):
    start_worker(broker)
    failing.send("text")
    broker.join("default", timeout=5_000)

    onlooker = StreamsBroker(client=redis.Redis.from_url(bus_url, decode_responses=True))
    eventually(lambda: len(onlooker.dead_letters("default")) == 1)
    assert "text" == onlooker.dead_letters("default")[0].message.args[0]
    onlooker.close()


@pytest.fixture
def five_letters(broker, start_worker):
    """Letters of two actors, with arguments 0 to 4."""
    for name in ("odd", "even"):
        dramatiq.actor(fail_with_its_name, broker=broker, actor_name=name, max_retries=0)
    broker.enqueue_many([broker.get_actor("odd" if n % 2 else "even").message(n) for n in range(5)])
    worker = start_worker(broker, threads=1)
    broker.join("default", timeout=5_000)
    worker.stop()
    return broker


def fail_with_its_name(number):
    raise RuntimeError(number)


def test_one_letter_is_read_by_its_id(five_letters):
    newest = five_letters.dead_letters("default")[0]

    assert newest == five_letters.dead_letter("default", newest.id)
    with pytest.raises(DeadLetterNotFound):
        five_letters.dead_letter("default", "1-1")


def test_many_letters_are_replayed_the_oldest_first(five_letters):
    assert 2 == five_letters.replay_dead_letters("default", limit=2)
    assert 1 == five_letters.replay_dead_letters(
        "default", matching=lambda letter: letter.message.actor_name == "odd", limit=10
    )

    assert [4, 2] == [letter.message.args[0] for letter in five_letters.dead_letters("default")]
    assert 3 == five_letters.queue_stats("default").ready


def test_letters_are_purged_all_or_those_that_match(five_letters):
    assert 3 == five_letters.purge_dead_letters("default", matching=lambda letter: letter.message.actor_name == "even")
    assert [3, 1] == [letter.message.args[0] for letter in five_letters.dead_letters("default")]
    assert 2 == five_letters.purge_dead_letters("default")
    assert [] == five_letters.dead_letters("default")
