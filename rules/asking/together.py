"""Several answers to the parts of one question."""

from collections.abc import Sequence
from dataclasses import replace

from rules.asking.answer import Answer


def together(answers: Sequence[Answer]) -> Answer:
    """The answers to the parts of a question as one; a part without an answer becomes a warning."""
    good = [one for one in answers if one.values]
    if not good:
        return answers[0]
    rest = [one.answer for one in answers if not one.values]
    values = {name: value for one in reversed(good) for name, value in one.values.items()}
    if len({one.topic for one in good}) == 1 and len(good) > 1:
        values = {**good[0].values, "each": [one.values for one in good]}
    return replace(
        good[0],
        answer="\n\n".join(one.answer for one in good),
        values=values,
        headline=[text for one in good for text in one.headline],
        breakdown=[line for one in good for line in one.breakdown],
        source=list(dict.fromkeys(source for one in good for source in one.source)),
        confidence=round(min(one.confidence for one in good) - 0.15 * len(rest), 2),
        assumptions=list(dict.fromkeys(line for one in good for line in one.assumptions)),
        warnings=[*dict.fromkeys(line for one in good for line in one.warnings), *rest],
    )
