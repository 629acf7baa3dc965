"""The fast lane: rules answered from memory, without a queue, a database or any other I/O (R36 to R42, R81)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import FieldError
from fastlane.errors import InvalidParameters, OperationUnavailable, ParametersOutsideRules, UnknownOperation
from fastlane.memo import Memo
from fastlane.operations import OPERATIONS, Operation
from fastlane.parameters import Parameters, Source, parameter_names, read_parameters
from rules import OutOfTable, Result, Rulebook, RuleError, TableUnavailable, default_rulebook

MEMO_SIZE = 4_096
WARM_LEVELS = range(1, 21)
OPERATION_NAMES = tuple(dict.fromkeys(one.name for one in OPERATIONS.values()))
_NAMES_IN = {"class": "classes", "race": "races", "armor": "armor"}


@dataclass(frozen=True, slots=True)
class FastAnswer:
    """The body to send, and whether the memo had it."""

    body: dict[str, Any]
    cache_hit: bool


class FastLane:
    """Answers operations from the tables in memory, remembers answers, and may be used from many threads."""

    def __init__(self, rules: Rulebook, *, memo_size: int = MEMO_SIZE) -> None:
        self._rules = rules
        self._memo: Memo[Result] = Memo(memo_size)

    def answer(self, operation: str, params: Mapping[str, Any], *, source: Source = "query") -> FastAnswer:
        """Answer one operation.

        Args:
            operation: `thac0`, `saves` (or `save`) or `ac`.
            params: By the caller's names. In a query every value is text; in a body values have JSON types.
            source: Where the parameters come from: `query` or `body`.

        Returns:
            The body of R39 to R41; with `verbose` also breakdown, assumptions, warnings, source and rules_version.

        Raises:
            UnknownOperation: No operation has this name.
            ParametersOutsideRules: A number lies outside its table.
            InvalidParameters: A parameter is malformed, missing or unknown.
            OperationUnavailable: A table it needs is switched off.
        """
        found = _operation(operation)
        try:
            given = read_parameters(found.model, found.name, params, source=source, book=self._rules)
            result, remembered = self._memo.get_or_compute(_key(found, given), lambda: found.ask(given, self._rules))
        except TableUnavailable as error:
            raise OperationUnavailable(str(error)) from error
        except RuleError as error:
            raise _invalid(found, error) from error
        body = found.body(result, remembered)
        if given.verbose:
            body |= self._explanation(result)
        return FastAnswer(body, remembered)

    def warm(self) -> int:
        """Remember the examples and every class at levels 1 to 20, and return how many answers are remembered (R97)."""
        for name in OPERATION_NAMES:
            self._try(name, OPERATIONS[name].example)
        classes = self._rules.tables.get("classes")
        for name in classes.names if classes else ():
            for level in WARM_LEVELS:
                self._try("thac0", {"class": name, "level": level})
                self._try("saves", {"class": name, "level": level})
        return len(self._memo)

    def _try(self, operation: str, params: Mapping[str, Any]) -> None:
        try:
            self.answer(operation, params, source="body")
        except OperationUnavailable:
            return

    def _explanation(self, result: Result) -> dict[str, Any]:
        values = result.values()
        modifiers = {"modifiers": values["modifiers"]} if "modifiers" in values else {}
        return modifiers | result.explanation() | {"rules_version": self._rules.version}


def describe(rules: Rulebook | None = None) -> dict[str, Any]:
    """The operations with their parameters and one example each, as JSON values (GET /v1/fast)."""
    book = rules or default_rulebook()
    return {"operations": [_described(OPERATIONS[name], book) for name in OPERATION_NAMES]}


def _described(operation: Operation[Any, Any], book: Rulebook) -> dict[str, Any]:
    """One operation; the example has no answer while a table of the operation is switched off."""
    try:
        example = FastLane(book, memo_size=1).answer(operation.name, operation.example, source="body").body
    except OperationUnavailable:
        example = None
    return {
        "name": operation.name,
        "aliases": list(operation.aliases),
        "title": operation.title,
        "parameters": [_described_parameter(operation.model, name, book) for name in parameter_names(operation.model)],
        "example": {"params": dict(operation.example), "answer": example},
    }


def _described_parameter(model: type[Parameters], name: str, book: Rulebook) -> dict[str, Any]:
    field = next(one for key, one in model.model_fields.items() if name in {key, one.alias})
    described: dict[str, Any] = {"name": name, "required": field.is_required(), "description": field.description}
    if (table_id := _NAMES_IN.get(name)) in book.tables:
        described["one_of"] = list(book.table(str(table_id)).names)
    return described if field.is_required() else described | {"default": field.default}


def _operation(name: str) -> Operation[Any, Any]:
    found = OPERATIONS.get(name)
    if found is None:
        raise UnknownOperation
    return found


def _key(operation: Operation[Any, Any], given: Parameters) -> tuple[Any, ...]:
    """What makes two requests the same: everything but how much the caller wants to read."""
    return (operation.name, *given.model_dump(exclude={"verbose"}).values())


def _invalid(operation: Operation[Any, Any], error: RuleError) -> InvalidParameters:
    kind = ParametersOutsideRules if isinstance(error, OutOfTable) else InvalidParameters
    field = FieldError(error.field, f"must be {error.allowed}")
    return kind(f"the parameters of {operation.name} are not valid", fields=[field])
