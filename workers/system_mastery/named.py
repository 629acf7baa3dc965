"""Who is named in a question, in the numbers of their sheets: "does Borin hit Kira?" as the rules can answer it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_TARGET: Final = r"(?P<before>\b(?:hits?|strikes?|attacks?|attacking|against|vs\.?|versus|at|on)\s+)"
_LEAST: Final = 0.5
"""Score from which somebody found in the campaign is taken for who is named."""


def in_numbers(question: str, prior: Mapping[int, Mapping[str, Any]]) -> str:
    """The question with names replaced: attackers by their THAC0, or class and level, whoever is attacked by the AC.

    Args:
        question: As the prompt asks it.
        prior: Results of the steps before, by their number; those who were found stand under `matches`.
    """
    for match in _found(prior):
        name, sheet = str(match["name"]), match.get("attributes") or {}
        for called in dict.fromkeys((name, name.partition(" ")[0])):
            question = _replaced(question, called, sheet)
    return question


def _found(prior: Mapping[int, Mapping[str, Any]]) -> Iterable[Mapping[str, Any]]:
    every = (match for number in sorted(prior) for match in prior[number].get("matches", ()))
    return (match for match in every if float(match.get("score") or 0) >= _LEAST)


def _replaced(question: str, called: str, sheet: Mapping[str, Any]) -> str:
    word = rf"{re.escape(called)}\b(?:'s\b)?"
    if isinstance(sheet.get("ac"), int):
        question = re.sub(_TARGET + word, rf"\g<before>AC {sheet['ac']}", question, flags=re.IGNORECASE)
    if fighter := _as_attacker(sheet):
        question = re.sub(rf"\b{word}", fighter, question, flags=re.IGNORECASE)
    return question


def _as_attacker(sheet: Mapping[str, Any]) -> str:
    if isinstance(sheet.get("thac0"), int):
        return f"an attacker with THAC0 {sheet['thac0']}"
    if sheet.get("class") and isinstance(sheet.get("level"), int):
        return f"a level {sheet['level']} {sheet['class']}"
    return ""
