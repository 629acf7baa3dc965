"""What an operation of the fast lane is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from fastlane.parameters import Parameters
from rules import Result, Rulebook

Model = TypeVar("Model", bound=Parameters)
Outcome = TypeVar("Outcome", bound=Result)
Seeder = Callable[[], int]
"""Gives a fresh seed, so that what is left to chance can be asked again."""


@dataclass(frozen=True, slots=True)
class Operation(Generic[Model, Outcome]):
    """One question the fast lane answers.

    Attributes:
        name: The name in the address.
        title: What it answers, as a phrase.
        model: Its parameters.
        ask: The rule.
        body: The answer's fields, exactly; the second argument is whether it was remembered.
        example: Parameters as a JSON body.
        aliases: Further names in the address.
        more: Values of the answer that are told only with `verbose`.
        settle: Leaves nothing to chance: gives a seed where none was asked for. Such answers are not remembered.
    """

    name: str
    title: str
    model: type[Model]
    ask: Callable[[Model, Rulebook], Outcome]
    body: Callable[[Outcome, bool], dict[str, Any]]
    example: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    settle: Callable[[Model, Seeder], Model] | None = None


def fields_of(*names: str) -> Callable[[Result, bool], dict[str, Any]]:
    """A body of these values of the result, in this order."""

    def body(found: Result, _remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - a value of the body, not a switch
        values = found.values()
        return {name: values[name] for name in names}

    return body
