"""What a check of a character finds: a finding, an outcome, and how both are made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rules.house_rules import HouseRules
from rules.loader import Rulebook
from rules.subjects import Subject
from rules.table import Table

HOUSE_RULE = "house rule of the campaign"


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that is broken, or would be if the campaign did not play it otherwise.

    Attributes:
        rule: Its id.
        field: Which part of the character it is about.
        message: What is wrong, as a sentence.
        alternatives: What would be allowed instead.
        source: Where the rule is printed, or that the campaign has its own.
        is_violation: False when a house rule allows it.
        by_house_rule: Whether a house rule decided.
    """

    rule: str
    field: str
    message: str
    alternatives: tuple[str, ...]
    source: str
    is_violation: bool = True
    by_house_rule: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one rule found, and what it took for granted."""

    findings: tuple[Finding, ...] = ()
    assumptions: tuple[str, ...] = ()


Check = Callable[[Subject, HouseRules, Rulebook], "Outcome | str"]
FINE = Outcome()


def broken(
    rule: str, field: str, message: str, alternatives: Iterable[str], source: str, changes: HouseRules, *, excused: bool
) -> Finding:
    """A finding; `excused` when the campaign allows just this, which a rule that is not played does with all."""
    is_excused = excused or changes.is_off(rule)
    return Finding(
        rule,
        field,
        message,
        tuple(alternatives),
        source,
        is_violation=not is_excused,
        by_house_rule=is_excused,
    )


def of_the_house(finding: Finding) -> Finding:
    """A violation that only the campaign's own rule sees."""
    return Finding(
        finding.rule,
        finding.field,
        finding.message,
        finding.alternatives,
        HOUSE_RULE,
        is_violation=True,
        by_house_rule=True,
    )


def with_article(name: str, *, small: bool = False) -> str:
    """The name with its article, as a sentence begins or goes on."""
    article = "an" if name[0] in "aeiou" else "a"
    return f"{article if small else article.capitalize()} {name}"


def in_order(table: Table, names: Iterable[str]) -> list[str]:
    wanted = set(names)
    return [name for name in table.names if name in wanted]
