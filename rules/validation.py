"""Is this character allowed? Every rule that says no, where it is printed, and what would be allowed instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rules.house_rules import RULE_IDS, read_house_rules
from rules.loader import Rulebook, default_rulebook
from rules.results import Part, Result
from rules.subjects import read_subject
from rules.validation_rules import CHECKS, Finding

__all__ = ["RULE_IDS", "Finding", "Validation", "validate"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Validation(Result):
    """What the rules say of a character.

    `valid` is whether there are no violations. `subject` is the character as it was understood. `house_rules` are the
    findings that a house rule decided, for or against the book; those against the character are violations too.
    `checked` are the rules that could be applied; `not_checked` has the others, with what would have to be known.
    """

    valid: bool
    subject: dict[str, Any]
    violations: tuple[Finding, ...]
    house_rules: tuple[Finding, ...]
    checked: tuple[str, ...]
    not_checked: dict[str, str]


def validate(
    subject: Mapping[str, Any] | str, *, house_rules: Mapping[str, Any] | None = None, book: Rulebook | None = None
) -> Validation:
    """Check a character against the rules.

    Args:
        subject: A sentence such as `a dwarf mage of level 5 in plate mail`, or an object with any of `race`, `class`
            (`fighter/mage`), `level` (5, `5/6`), `alignment`, `abilities` (by name; the scores after the race's
            adjustments), `armor`, `shield`, `weapons` (carried), `proficient_with`, `specialised_in`, and `spells`
            (memorised, by spell level).
        house_rules: The campaign's own settings by rule; see `rules.house_rules`.
        book: The tables; those of this package when None.

    Raises:
        RuleError: Something cannot be read; the field is named by its path, such as `subject.level`.

    Source: Player's Handbook, chapters 1 to 7; Dungeon Master Guide, tables 7 and 8.
    """
    book = book or default_rulebook()
    changes, who = read_house_rules(house_rules, book), read_subject(subject, book)
    findings: list[Finding] = []
    checked, not_checked = [], {}
    assumptions: dict[str, None] = {}
    for rule in RULE_IDS:
        outcome = CHECKS[rule](who, changes, book)
        if isinstance(outcome, str):
            not_checked[rule] = outcome
            continue
        checked.append(rule)
        findings += outcome.findings
        assumptions |= dict.fromkeys(outcome.assumptions)
    violations = tuple(one for one in findings if one.is_violation)
    return Validation(
        valid=not violations,
        subject=who.known(),
        violations=violations,
        house_rules=tuple(one for one in findings if one.by_house_rule),
        checked=tuple(checked),
        not_checked=not_checked,
        breakdown=tuple(Part(one.rule, one.message, one.source) for one in findings),
        source=tuple(dict.fromkeys(one.source for one in findings)),
        assumptions=tuple(assumptions),
    )
