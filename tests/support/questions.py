"""Questions to the rules with what is expected of the answer, and whether an answer is right.

A case is one of:

    {"question": ..., "topic": ..., "values": {...}, "headline": [...]}   each part may be left out
    {"question": ..., "missing": [...]}      the names of the values it must ask for
    {"question": ..., "ask_back": true}      it must ask for something, or say what a value may be
    {"question": ..., "not_covered": true}   it must say that the rule base does not have it
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rules.asking.answer import NOT_COVERED, Answer

FOLDER = Path(__file__).parents[1] / "unit" / "rules"
SURE = 0.7
"""From here on a wrong answer is one that its reader believes."""

Case = dict[str, Any]


def read_cases(name: str) -> list[Case]:
    """The cases of a file beside the rules' tests; none when there is no such file."""
    path = FOLDER / name
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else []


def is_right(answer: Answer, case: Case) -> bool:
    """Whether the answer is what the case expects."""
    if case.get("not_covered"):
        return not answer.values and not answer.missing and answer.confidence <= NOT_COVERED
    if case.get("ask_back"):
        return not answer.values and answer.confidence > NOT_COVERED
    if "missing" in case:
        return not answer.values and case["missing"] == answer.missing
    expected = case.get("values", {})
    return (
        bool(answer.values)
        and case.get("topic", answer.topic) == answer.topic
        and expected == {name: answer.values.get(name) for name in expected}
        and stands_in_order(case.get("headline", ()), answer.headline)
    )


def is_confidently_wrong(answer: Answer, case: Case) -> bool:
    """Whether the answer is wrong and does not look it."""
    return not is_right(answer, case) and bool(answer.values) and answer.confidence >= SURE


def stands_in_order(wanted: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether all wanted texts are among those shown, in their order; what is only form does not count."""
    rest = iter([plain_text(one) for one in shown])
    return all(plain_text(one) in rest for one in wanted)


def plain_text(text: Any) -> str:
    """`+4`, `x3`, `1,000 XP` and `45 %` without what is only their form."""
    plain = str(text).lower().replace(",", "").replace("%", "").replace(" ", "").replace("_", "")
    return plain.lstrip("+").lstrip("x\N{MULTIPLICATION SIGN}")
