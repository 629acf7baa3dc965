"""System Mastery: rules from the tables, with their source, and never by a guess or a language model (R14).

Four kinds of step: a question in plain words, the lines of a table, a calculation of the fast lane, and whether a
character is allowed. Each result has `content`, a sentence for people, beside its facts.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final

from contracts.actors import Actor
from core.errors import DependencyUnavailable, FieldError, InvalidInput
from core.memo import Memo
from fastlane import FastLane
from rules import Answer, Result, Rulebook, RuleError, TableUnavailable
from rules.lookup import look_up
from rules.questions import answer_question
from rules.validation import Validation, validate
from telemetry.metrics import note_cache
from workers.step import Outcome, StepTask
from workers.system_mastery.named import in_numbers

REMEMBERED_ANSWERS: Final = 1_000
"""Questions whose answer is kept: at a table the same ones come back, and the tables do not change."""
MAX_LINES_TOLD: Final = 20
"""Lines of a table that the sentence repeats; the facts have them all."""


class RuleUnavailable(DependencyUnavailable):
    """A table that is needed is switched off; the process log says why."""

    code = "rule_unavailable"
    retryable = False


class SystemMasteryAgent:
    """Does one step from the tables in memory; nothing it does changes anything.

    Args:
        rules: The tables.
    """

    def __init__(self, rules: Rulebook) -> None:
        self._rules = rules
        self._lane = FastLane(rules)
        self._answers: Memo[Answer] = Memo(REMEMBERED_ANSWERS)
        self._ways: dict[str, Callable[[StepTask], dict[str, Any]]] = {
            Actor.LOOK_UP_TABLE: self._look_up,
            Actor.CALCULATE: self._calculate,
            Actor.VALIDATE_CHARACTER: self._validate,
        }

    def think(self, task: StepTask) -> Outcome:
        """Do the step its actor names; any other is a question.

        Raises:
            InvalidInput: A parameter of the step is not valid; `fields` says which.
            RuleUnavailable: A table it needs is switched off.
        """
        try:
            return Outcome(self._ways.get(task.action, self._answer)(task))
        except TableUnavailable as error:
            raise RuleUnavailable(str(error)) from error
        except RuleError as error:
            raise InvalidInput(str(error), fields=[FieldError(error.field, f"must be {error.allowed}")]) from error

    def _answer(self, task: StepTask) -> dict[str, Any]:
        """`question`, or the whole prompt; who was found by the steps before is put in numbers."""
        question = in_numbers(task.params.get("question") or task.prompt, task.prior)
        answer, is_known = self._answers.get_or_compute(question, lambda: answer_question(question, book=self._rules))
        note_cache("answers", is_hit=is_known)
        facts = asdict(answer)
        return {"content": facts.pop("answer"), **facts}

    def _look_up(self, task: StepTask) -> dict[str, Any]:
        """`table`, and `keys` that pick lines of it."""
        found = look_up(str(task.params.get("table", "")), task.params.get("keys"), book=self._rules)
        lines = [", ".join(f"{name} {value}" for name, value in row.items()) for row in found.rows[:MAX_LINES_TOLD]]
        more = len(found.rows) - len(lines)
        told = "; ".join([*lines, *([f"and {more} more"] if more else [])])
        return {"content": f"{told} ({found.source[0]}).", **_facts(found)}

    def _calculate(self, task: StepTask) -> dict[str, Any]:
        """`operation` of the fast lane, and its `parameters` as in a body."""
        operation, parameters = str(task.params.get("operation", "")), task.params.get("parameters") or {}
        body = self._lane.answer(operation, {**parameters, "verbose": True}, source="body").body
        lines = [f"{line['label']} {line['value']}" for line in body["breakdown"]]
        return {"content": f"{'; '.join(lines)} ({'; '.join(body['source'])}).", **body}

    def _validate(self, task: StepTask) -> dict[str, Any]:
        """`subject`, a character or a sentence (the whole prompt without one), and the campaign's `house_rules`."""
        subject = task.params.get("subject") or task.prompt
        found = validate(subject, house_rules=task.params.get("house_rules"), book=self._rules)
        return {"content": _told(found), **_facts(found)}


def _facts(found: Result) -> dict[str, Any]:
    return found.values() | found.explanation()


def _told(found: Validation) -> str:
    """The verdict, then each violation with what would be allowed."""
    by_house = sum(1 for one in found.house_rules if not one.is_violation)
    if found.valid:
        return f"Allowed, {by_house} of it by house rule." if by_house else "Allowed."
    lines = [f"{one.message} Instead: {'; '.join(one.alternatives)} ({one.source})." for one in found.violations]
    return " ".join(["Not allowed.", *lines])
