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
        body: The answer's fields, exactly; the second argument is whether it was remembered. Its type is the shape that
            is published (fastlane/answers.py): one of those below, or a function that returns a TypedDict.
        example: Parameters as a JSON body.
        aliases: Further names in the address.
        more: Values of the answer that are told only with `verbose`.
        settle: Leaves nothing to chance: gives a seed where none was asked for. Such answers are not remembered.
    """

    name: str
    title: str
    model: type[Model]
    ask: Callable[[Model, Rulebook], Outcome]
    body: Callable[[Outcome, bool], Mapping[str, Any]]
    example: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    settle: Callable[[Model, Seeder], Model] | None = None


@dataclass(frozen=True, slots=True)
class FieldsOf:
    """A body of these values of the result, in this order."""

    names: tuple[str, ...]

    def __call__(self, found: Result, _remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - a value of the body
        values = found.values()
        return {name: values[name] for name in self.names}


@dataclass(frozen=True, slots=True)
class ByResult:
    """A body for each kind of result."""

    bodies: Mapping[type[Result], FieldsOf]

    def __call__(self, found: Result, remembered: bool) -> dict[str, Any]:  # noqa: FBT001 - a value of the body
        return self.bodies[type(found)](found, remembered)


def fields_of(*names: str) -> FieldsOf:
    """A body of these values of the result, in this order."""
    return FieldsOf(names)
