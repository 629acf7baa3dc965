"""Compares what became of a case with what its flow says."""

from collections import Counter
from collections.abc import Iterator

import redis

from tests.integration.bus.consistency.actors import OTHER, WORK
from tests.integration.bus.consistency.case import Case
from tests.integration.bus.consistency.flow import Bench, End, label_of
from tests.integration.bus.consistency.looking import Sight

QUEUES = (WORK, OTHER)


class Judge:
    """Knows the end of a case: what ran, what is dead, what was added, and what is left over."""

    def __init__(self, case: Case, last_look: Sight) -> None:
        self._case = case
        self._last_look = last_look
        self._bench = case.bench
        self._may_run_again = case.may_run_again
        told = list(case.told())
        self._accepted = {fact["label"] for fact in told if fact["event"] == "accepted"}
        self._runs = Counter((fact["label"], fact["attempt"]) for fact in told if fact["event"] == "ran")
        self._errors = [fact["text"] for fact in told if fact["event"] == "error"]
        self._dead = Counter(_dead_letters(case.bench))

    def violations(self) -> list[str]:
        """Everything that must not be, in words; an empty list when the bus kept its promises."""
        ends = {label: self._end_of(label) for label in self._case.flow.ends}
        found = [f"the process raised {text}" for text in self._errors]
        for label, end in ends.items():
            found += self._broken_promises(label, end)
        found += [f"{label!r} ran, and nobody sent it" for label, _ in self._runs if label not in ends]
        found += self._wrong_count_of_entries(end for end in ends.values() if end is not None)
        found += self._last_look.left_over()
        prefix = self._bench.keys().prefix
        found += [
            f"{prefix}:{name} is left" for name in self._case.flow.gone if self._bench.raw.exists(f"{prefix}:{name}")
        ]
        return found

    def _end_of(self, label: str) -> End | None:
        """What holds for a label: its end, that of a doubtful one, or None when it was never stored."""
        flow = self._case.flow
        if not flow.is_sent_by_process or label in self._accepted or self._runs[label, 0]:
            return flow.ends[label]
        return flow.instead.get(label)

    def _broken_promises(self, label: str, end: End | None) -> Iterator[str]:
        attempts = end.attempts if end is not None else 0
        allowed = 2 if self._may_run_again else 1
        for attempt in range(attempts):
            if not self._runs[label, attempt]:
                yield f"{label!r} was lost: attempt {attempt} never ran"
            if self._runs[label, attempt] > allowed:
                yield f"{label!r} ran {self._runs[label, attempt]} times in attempt {attempt}, {allowed} allowed"
        if any(self._runs[label, attempt] for attempt in range(attempts, attempts + 9)):
            yield f"{label!r} ran in an attempt that should not be: {sorted(self._runs)}"
        expected = Counter({(label, end.dead): 1} if end is not None and end.dead else {})
        found = Counter({key: count for key, count in self._dead.items() if key[0] == label})
        if expected != found:
            yield f"dead letters of {label!r}: {dict(found)}, expected {dict(expected)}"

    def _wrong_count_of_entries(self, ends: Iterator[End]) -> Iterator[str]:
        ends = list(ends)
        least, most = sum(end.entries for end in ends), sum(end.most_entries(again=self._may_run_again) for end in ends)
        added = sum(_added(self._bench, lane) for queue in QUEUES for lane in self._bench.keys(queue).lanes)
        if not least <= added <= most:
            yield f"{added} entries were added to the lanes, expected {least} to {most}: lost, doubled or forked"


def _added(bench: Bench, lane: str) -> int:
    try:
        return bench.raw.xinfo_stream(lane)["entries-added"]
    except redis.ResponseError:
        return 0


def _dead_letters(bench: Bench) -> Iterator[tuple[str, str]]:
    for queue in QUEUES:
        for _, fields in bench.raw.xrange(bench.keys(queue).dead_letters):
            yield label_of(fields, queue), fields[b"reason"].decode()
