"""Rules questions in plain words: how many answers are right, how many are wrong and look sure, how long they take."""

import time
from collections.abc import Iterator
from statistics import quantiles

from rules.questions import answer_question
from tests.support.questions import is_confidently_wrong, is_right, read_cases

FILES = {
    "development": "questions.json",
    "strangers', since seen": "questions_seen.json",
    "held out": "questions_held_out.json",
}


def measure() -> Iterator[tuple[str, ...]]:
    """For each file: the share that is right, the share that is wrong with confidence 0.7 and more, milliseconds."""
    yield ("questions", "number", "right %", "wrong and sure %", "p50 ms", "p99 ms")
    answer_question("thac0")
    for title, name in FILES.items():
        cases = read_cases(name)
        if not cases:
            yield (title, "0", "-", "-", "-", "-")
            continue
        right, sure, seconds = 0, 0, []
        for case in cases:
            started = time.perf_counter()
            answer = answer_question(case["question"])
            seconds.append(time.perf_counter() - started)
            right += is_right(answer, case)
            sure += is_confidently_wrong(answer, case)
        cuts = quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
        yield (
            title,
            str(len(cases)),
            f"{100 * right / len(cases):.1f}",
            f"{100 * sure / len(cases):.1f}",
            f"{cuts[49] * 1000:.2f}",
            f"{cuts[98] * 1000:.2f}",
        )
