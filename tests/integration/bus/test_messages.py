"""Everything dramatiq offers, on the broker, with real workers."""

import time

import dramatiq
import pytest
from dramatiq.middleware import SkipMessage, TimeLimitExceeded
from dramatiq.rate_limits.backends import RedisBackend

from tests.integration.bus.waiting import eventually


def test_message_reaches_its_actor(broker, start_worker):
    seen = []

    @dramatiq.actor(broker=broker)
    def note(text, *, times=1):
        seen.append((text, times))

    start_worker(broker)
    note.send("hello", times=2)
    broker.join(note.queue_name, timeout=5_000)

    assert [("hello", 2)] == seen


def test_message_sent_before_the_first_worker_started_is_processed(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    note.send("early")

    start_worker(broker)
    broker.join(note.queue_name, timeout=5_000)

    assert ["early"] == seen


def test_finished_messages_leave_nothing_in_the_streams(broker, raw, start_worker):
    note = dramatiq.actor(lambda _: None, broker=broker, actor_name="note")
    start_worker(broker)
    broker.enqueue_many([note.message(number) for number in range(50)])
    broker.join(note.queue_name, timeout=5_000)

    assert [0, 0, 0] == [raw.xlen(f"{{dramatiq:default}}:p{priority}") for priority in (1, 2, 3)]


def test_many_messages_are_processed_once_each(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    start_worker(broker, threads=4)

    sent = broker.enqueue_many([note.message(number) for number in range(1_200)])
    broker.join(note.queue_name, timeout=20_000)

    assert list(range(1_200)) == [message.args[0] for message in sent]
    assert list(range(1_200)) == sorted(seen)


async def _send(broker, message):
    return await broker.enqueue_async(message)


def test_message_can_be_sent_from_a_coroutine(broker, start_worker):
    import asyncio

    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    start_worker(broker)

    asyncio.run(_send(broker, note.message("async")))
    broker.join(note.queue_name, timeout=5_000)

    assert ["async"] == seen


def test_failing_actor_is_retried_with_backoff_until_it_succeeds(broker, start_worker):
    attempts = []

    @dramatiq.actor(broker=broker, max_retries=3, min_backoff=100, max_backoff=200)
    def fail_twice():
        attempts.append(time.monotonic())
        if len(attempts) < 3:
            raise RuntimeError("not yet")

    start_worker(broker)
    fail_twice.send()
    broker.join(fail_twice.queue_name, timeout=10_000)

    assert 3 == len(attempts)
    assert min(attempts[1] - attempts[0], attempts[2] - attempts[1]) >= 0.1
    assert [] == broker.dead_letters(fail_twice.queue_name)


def test_pipeline_passes_each_result_on(broker, start_worker):
    seen = []

    @dramatiq.actor(broker=broker, queue_name="first")
    def double(number):
        return number * 2

    @dramatiq.actor(broker=broker, queue_name="second")
    def note(number):
        seen.append(number)

    start_worker(broker)
    dramatiq.pipeline([double.message(1), double.message(), double.message(), note.message()], broker=broker).run()

    eventually(lambda: seen)
    assert [8] == seen


def test_pipeline_step_can_wait_before_it_starts(broker, start_worker):
    times = []

    @dramatiq.actor(broker=broker)
    def note():
        times.append(time.monotonic())

    start_worker(broker)
    second = note.message_with_options(pipe_ignore=True, delay=300)
    dramatiq.pipeline([note.message(), second], broker=broker).run()
    broker.join(note.queue_name, timeout=5_000)

    assert times[1] - times[0] >= 0.3


def test_group_calls_back_once_when_all_are_done(make_broker, bus_url, start_worker):
    broker = make_broker()
    backend = RedisBackend(url=bus_url)
    broker.add_middleware(dramatiq.middleware.GroupCallbacks(backend))
    seen, finished = [], []

    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")

    @dramatiq.actor(broker=broker)
    def finish():
        finished.append(sorted(seen))

    start_worker(broker, threads=4)
    group = dramatiq.group([note.message(number) for number in range(10)], broker=broker)
    group.add_completion_callback(finish.message())
    group.run()
    broker.join(note.queue_name, timeout=5_000)
    backend.client.close()

    assert [list(range(10))] == finished


def test_success_and_failure_call_the_named_actors(broker, start_worker):
    told = []

    @dramatiq.actor(broker=broker)
    def tell_success(message, result):
        told.append((message["actor_name"], result))

    @dramatiq.actor(broker=broker)
    def tell_failure(message, error):
        told.append((message["actor_name"], error["type"]))

    @dramatiq.actor(broker=broker, on_success="tell_success", on_failure="tell_failure", max_retries=0)
    def work(fails):
        if fails:
            raise ValueError("no")

    start_worker(broker)
    work.send(False)
    work.send(True)
    broker.join(work.queue_name, timeout=5_000)

    assert [("work", "ValueError"), ("work", None)] == sorted(told, key=str)


def test_delayed_messages_come_in_the_order_of_their_time_and_not_before(broker, start_worker):
    seen = []

    @dramatiq.actor(broker=broker)
    def note(text):
        seen.append((text, time.monotonic()))

    start_worker(broker)
    start = time.monotonic()
    for text, delay in [("third", 450), ("first", 150), ("second", 300)]:
        note.send_with_options(args=(text,), delay=delay)
    assert 3 == broker.queue_stats(note.queue_name).delayed
    broker.join(note.queue_name, timeout=5_000)

    assert ["first", "second", "third"] == [text for text, _ in seen]
    lateness = [when - start - due for (_, when), due in zip(seen, (0.15, 0.3, 0.45), strict=True)]
    assert all(0 <= late < 1.0 for late in lateness), lateness


def test_message_that_names_its_own_time_waits_on_the_server_and_not_in_the_worker(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    start_worker(broker)

    broker.enqueue(note.message_with_options(args=("later",), eta=round(time.time() * 1000) + 600))
    eventually(lambda: broker.queue_stats(note.queue_name).delayed == 1)
    assert 0 == broker.queue_stats(note.queue_name).in_flight
    assert [] == seen
    broker.join(note.queue_name, timeout=5_000)

    assert ["later"] == seen


def test_message_whose_own_time_is_past_starts_at_once(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    start_worker(broker)

    broker.enqueue(note.message_with_options(args=("overdue",), eta=1))
    broker.join(note.queue_name, timeout=5_000)

    assert ["overdue"] == seen


@pytest.mark.parametrize("eta", ["tomorrow", None, float("inf"), float("nan")])
def test_message_whose_own_time_is_none_starts_at_once(broker, start_worker, eta):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    start_worker(broker)

    broker.enqueue(note.message_with_options(args=("now",), eta=eta))
    broker.join(note.queue_name, timeout=5_000)

    assert ["now"] == seen


def test_actor_over_its_time_limit_is_interrupted_and_becomes_a_dead_letter(broker, start_worker):
    ended_by = []

    @dramatiq.actor(broker=broker, time_limit=200, max_retries=0)
    def loop():
        try:
            while True:
                time.sleep(0.01)
        except TimeLimitExceeded as error:
            ended_by.append(type(error))
            raise

    broker.emit_after("process_boot")  # the time limit's watch starts there
    start_worker(broker)
    loop.send()
    broker.join(loop.queue_name, timeout=10_000)

    assert [TimeLimitExceeded] == ended_by
    assert ["failed"] == [letter.reason for letter in broker.dead_letters(loop.queue_name)]


def test_skipped_message_is_finished_and_hands_nothing_over(broker, start_worker):
    seen = []

    @dramatiq.actor(broker=broker)
    def skip():
        seen.append("skip")
        raise SkipMessage("held elsewhere")

    @dramatiq.actor(broker=broker)
    def follow():
        seen.append("follow")

    start_worker(broker)
    dramatiq.pipeline([skip.message(), follow.message_with_options(pipe_ignore=True)], broker=broker).run()
    broker.join(skip.queue_name, timeout=5_000)

    assert ["skip"] == seen
    assert [] == broker.dead_letters(skip.queue_name)


def test_message_over_its_age_limit_becomes_a_dead_letter_unrun(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note", max_age=50)
    note.send("old")
    time.sleep(0.1)

    start_worker(broker)
    broker.join(note.queue_name, timeout=5_000)

    assert [] == seen
    assert 1 == len(broker.dead_letters(note.queue_name))


def test_urgent_messages_overtake_the_others(broker, start_worker):
    seen = []
    note = dramatiq.actor(seen.append, broker=broker, actor_name="note")
    for priority in (3, 2, 1, 3, 2, 1):
        note.send_with_options(args=(priority,), priority=priority)
    note.send(2)  # without the option

    start_worker(broker, threads=1)
    broker.join(note.queue_name, timeout=5_000)

    assert [1, 1, 2, 2, 2, 3, 3] == seen


def test_delayed_message_keeps_its_priority(broker, raw):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    consumer = broker.consume(note.queue_name, timeout=10)
    note.send_with_options(priority=1, delay=20)

    eventually(lambda: raw.xlen("{dramatiq:default}:p1") == 1)
    consumer.close()


def test_priority_that_does_not_exist_is_refused_at_the_sender(broker):
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")

    with pytest.raises(ValueError, match="priority must be one of"):
        note.send_with_options(priority=4)


def test_streams_and_groups_carry_the_names_they_were_given(make_broker, raw, start_worker):
    broker = make_broker(streams={"scribe": "agent_tasks:scribe"}, groups={"scribe": "scribe_workers"})
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note", queue_name="scribe")
    start_worker(broker)
    note.send()
    broker.join("scribe", timeout=5_000)

    assert ["scribe_workers"] == [group["name"] for group in raw.xinfo_groups("{agent_tasks:scribe}:p2")]


def test_entry_carries_the_fields_it_was_asked_to(make_broker, raw):
    broker = make_broker(entry_fields=lambda message: {"actor": message.actor_name})
    note = dramatiq.actor(lambda: None, broker=broker, actor_name="note")
    note.send()
    note.send_with_options(delay=10)
    consumer = broker.consume("default", timeout=10)
    eventually(lambda: broker.queue_stats("default").ready == 2)

    rows = raw.xrange("{dramatiq:default}:p2")
    assert [{"actor", "data"}, {"actor", "data"}] == [set(fields) for _, fields in rows]
    assert "note" == rows[1][1]["actor"]
    consumer.close()
