"""The ways of a message through the bus that are broken at every call.

Whatever breaks, a healthy worker comes afterwards if something is left to do, and then every label has come to the end
that stands here.
"""

import time

import dramatiq
import redis

from tests.integration.bus.consistency.actors import OTHER, WORK
from tests.integration.bus.consistency.flow import (
    ALL_BREAKS,
    CONNECTING,
    DONE,
    GROUP,
    LOSING_THE_PROCESS,
    UPKEEP,
    USUAL_BREAKS,
    Bench,
    End,
    Flow,
)
from tests.integration.bus.consistency.proxy import Break, Fault

# What is there before


def _one_that_is_unique(bench: Bench) -> None:
    bench.actors.fail_first.send_with_options(args=("a",), unique_key="key")


def _three_messages(bench: Bench) -> None:
    for label, priority in (("a", 1), ("b", 2), ("c", 3)):
        bench.actors.note.send_with_options(args=(label,), priority=priority)


def _one_that_fails(bench: Bench) -> None:
    bench.actors.fail.send("a")


def _one_that_fails_first(bench: Bench) -> None:
    bench.actors.fail_first.send("a")


def _step(actor: dramatiq.Actor, label: str) -> dramatiq.Message:
    return actor.message_with_options(args=(label,), pipe_ignore=True)


def _pipeline(bench: Bench) -> None:
    note = bench.actors.note
    dramatiq.pipeline([_step(note, label) for label in ("a", "b", "c")], broker=bench.broker).run()


def _pipeline_over_two_queues(bench: Bench) -> None:
    note, elsewhere = bench.actors.note, bench.actors.note_elsewhere
    steps = [_step(note, "a"), _step(elsewhere, "b"), _step(note, "c")]
    dramatiq.pipeline(steps, broker=bench.broker).run()


def _pipeline_with_a_failing_step(bench: Bench) -> None:
    steps = [_step(bench.actors.fail_first, "a"), _step(bench.actors.note, "b")]
    dramatiq.pipeline(steps, broker=bench.broker).run()


def _group(bench: Bench) -> None:
    group = dramatiq.group([bench.actors.note.message(label) for label in ("a", "b")], broker=bench.broker)
    group.add_completion_callback(bench.actors.note.message("all"))
    group.run()


def _callbacks(bench: Bench) -> None:
    bench.actors.note.send_with_options(args=("a",), on_success="note_success")
    bench.actors.fail.send_with_options(args=("b",), on_failure="note_failure")


def _delayed(bench: Bench) -> None:
    for label, delay, priority in (("a", 20, 3), ("b", 40, 1), ("c", 150, 2)):
        bench.actors.note.send_with_options(args=(label,), delay=delay, priority=priority)


def _two_held_by_the_dead(bench: Bench) -> None:
    bench.actors.note.send("a")
    bench.actors.note.send("b")
    _held_by_the_dead(bench, starts=1)


def _one_that_crashed_too_often(bench: Bench) -> None:
    bench.actors.note.send("a")
    _held_by_the_dead(bench, starts=3)


def _held_by_the_dead(bench: Bench, *, starts: int) -> None:
    """Give what waits to a consumer that was last heard a long time ago, while another was heard just now."""
    raw, keys = bench.raw, bench.keys()
    for lane in keys.lanes:
        raw.xgroup_create(lane, GROUP, "0", mkstream=True)
    [[_, entries]] = raw.xreadgroup(GROUP, "gone:1:00000000", {keys.lane(2): ">"})
    ids = [entry_id for entry_id, _ in entries]
    raw.xclaim(keys.lane(2), GROUP, "gone:1:00000000", 0, ids, retrycount=starts, justid=True)
    # Heard a little later than now: silence of everybody until the process is there would look like an outage.
    beats = {"gone:1:00000000": 1, "onlooker:1:00000000": _now_ms(raw) + 500}
    raw.zadd(keys.live, {keys.member(name): beat for name, beat in beats.items()})


def _now_ms(raw: redis.Redis) -> int:
    seconds, microseconds = raw.time()
    return seconds * 1000 + microseconds // 1000


def _a_long_one_and_three_behind(bench: Bench) -> None:
    bench.actors.hold.send("a")
    for label in ("b", "c", "d"):
        bench.actors.note.send(label)


def _a_dead_letter(bench: Bench) -> None:
    bench.actors.note.send("a")
    message = bench.take_one()
    message.fail()
    bench.consumer.nack(message)


def _nonsense(bench: Bench) -> None:
    bench.raw.xadd(bench.keys().lane(2), {"data": "{nonsense"})
    bench.actors.note.send("b")


def _for_an_unknown_actor(bench: Bench) -> None:
    bench.broker.enqueue(dramatiq.Message(WORK, "who", ("a",), {}, {}))


def _one_with_its_own_time(bench: Bench) -> None:
    an_hour_from_now = round(time.time() * 1000) + 3_600_000
    bench.broker.enqueue(bench.actors.note.message_with_options(args=("a",), eta=an_hour_from_now))


def _make_what_waits_due(bench: Bench) -> None:
    for enqueue_id in bench.raw.zrange(bench.keys().retry, 0, -1):
        bench.raw.zadd(bench.keys().retry, {enqueue_id: 1}, xx=True)


def _send_one(bench: Bench) -> None:
    bench.actors.note.send("a")


def _send_one_to_wait(bench: Bench) -> None:
    bench.actors.note.send_with_options(args=("a",), delay=100)


def _one_in_hand(bench: Bench) -> None:
    bench.actors.note.send("a")
    bench.take_one()


def _give_it_back(bench: Bench) -> None:
    bench.consumer.requeue(bench.held)


SENT = dict.fromkeys("abc", DONE)

FLOWS = [
    Flow(name="enqueue", part="send", ends=SENT, is_sent_by_process=True, about=CONNECTING, breaks=ALL_BREAKS),
    Flow(name="enqueue delayed", part="send delayed", ends=SENT, is_sent_by_process=True),
    Flow(name="enqueue many", part="send many", ends=dict.fromkeys("abcde", DONE), is_sent_by_process=True),
    Flow(
        name="enqueue once, and again when in doubt",
        part="send until sure",
        ends={"a": DONE, "b": DONE},
        is_sent_by_process=True,
    ),
    Flow(
        name="unique",
        part="work",
        ends={"a": End(attempts=2, entries=2)},
        prepare=_one_that_is_unique,
        gone=("unique:key",),
    ),
    Flow(
        name="work",
        part="work",
        ends=SENT,
        prepare=_three_messages,
        linger_seconds=0.7,
        about=UPKEEP | {"INFO"},
        breaks=ALL_BREAKS,
    ),
    Flow(name="take blocked", part="work", ends={"a": DONE}, meanwhile=_send_one),
    Flow(
        name="take what was read and not received",
        part="work",
        ends=SENT,
        prepare=_three_messages,
        after=(Fault("take", 1, Break.ANSWER_LOST),),
        about=frozenset({"XPENDING"}),
    ),
    Flow(name="nack", part="work", ends={"a": End(dead="failed")}, prepare=_one_that_fails, breaks=ALL_BREAKS),
    Flow(
        name="retry",
        part="work",
        ends={"a": End(attempts=2, entries=2)},
        prepare=_one_that_fails_first,
        about=frozenset({"promote"}),
        breaks=ALL_BREAKS,
    ),
    Flow(name="pipeline", part="work", ends=SENT, prepare=_pipeline, breaks=ALL_BREAKS),
    Flow(
        name="pipeline on a server without scripts",
        part="work",
        ends=SENT,
        prepare=_pipeline,
        forgets_scripts=True,
        breaks=(Break.REQUEST_LOST, Break.ANSWER_LOST),
    ),
    Flow(
        name="pipeline over two queues",
        part="work on both queues",
        queues=(WORK, OTHER),
        healing_part="work on both queues",
        ends=SENT,
        prepare=_pipeline_over_two_queues,
    ),
    Flow(
        name="pipeline with a step that fails first",
        part="work",
        ends={"a": End(attempts=2, entries=2), "b": DONE},
        prepare=_pipeline_with_a_failing_step,
    ),
    Flow(
        name="group callback",
        part="work",
        # A member whose process dies between barrier and acknowledgement counts twice; see "When things fail".
        ends={"a": DONE, "b": DONE, "all": End(entries_if_run_again=2)},
        prepare=_group,
    ),
    Flow(
        name="callbacks of actors",
        part="work",
        ends={"a": DONE, "b": End(dead="failed"), "success of a": DONE, "failure of b": DONE},
        prepare=_callbacks,
    ),
    Flow(name="promote", part="work", ends=SENT, prepare=_delayed, about=frozenset({"promote"})),
    Flow(
        name="recover",
        part="work",
        ends={"a": DONE, "b": DONE},
        prepare=_two_held_by_the_dead,
        about=frozenset({"recover"}),
    ),
    Flow(
        name="bury",
        part="work",
        ends={"a": End(attempts=0, dead="crashed")},
        prepare=_one_that_crashed_too_often,
        about=frozenset({"recover"}),
    ),
    Flow(
        name="shutdown",
        part="work one by one",
        ends=dict.fromkeys("abcd", DONE),
        prepare=_a_long_one_and_three_behind,
        stop_at="started",
        about=frozenset({"leave", "CLIENT UNBLOCK"}),
    ),
    Flow(
        name="replay",
        part="replay",
        ends={"a": End(entries=2)},
        instead={"a": End(attempts=0, dead="failed")},
        is_sent_by_process=True,
        prepare=_a_dead_letter,
    ),
    Flow(
        name="undecodable",
        part="work",
        ends={"{nonsense": End(attempts=0, dead="undecodable"), "b": DONE},
        prepare=_nonsense,
    ),
    Flow(
        name="unknown actor",
        part="work",
        ends={"a": End(attempts=0, dead="unknown_actor")},
        prepare=_for_an_unknown_actor,
    ),
    Flow(
        name="sent back to wait",
        part="work",
        ends={"a": End(entries=2)},
        prepare=_one_with_its_own_time,
        at_each_look=_make_what_waits_due,
        about=frozenset({"promote"}),
    ),
    Flow(
        name="work with acknowledgements written at once",
        part="work",
        ends=SENT,
        prepare=_three_messages,
        options={"ack_flush_seconds": 0},
        breaks=(Break.ANSWER_LOST, Break.KILLED_AFTER),
    ),
    Flow(
        name="take blocked beside an idle worker",
        part="work",
        ends={"a": DONE},
        has_bystander=True,
        meanwhile=_send_one,
        breaks=LOSING_THE_PROCESS,
    ),
    Flow(
        name="wait beside an idle worker",
        part="work",
        ends={"a": DONE},
        has_bystander=True,
        meanwhile=_send_one_to_wait,
        about=frozenset({"promote"}),
        breaks=LOSING_THE_PROCESS,
    ),
    Flow(
        name="given back beside an idle worker",
        part="work",
        ends={"a": DONE},
        has_bystander=True,
        prepare=_one_in_hand,
        meanwhile=_give_it_back,
        breaks=LOSING_THE_PROCESS,
    ),
    Flow(
        name="shutdown beside an idle worker",
        part="work one by one",
        ends=dict.fromkeys("abcd", DONE),
        has_bystander=True,
        meanwhile=_a_long_one_and_three_behind,
        stop_at="started",
        about=frozenset({"leave", "CLIENT UNBLOCK"}),
        breaks=(*USUAL_BREAKS, Break.FROZEN),
    ),
]
