"""The fast lane: rules answered from memory, without a queue, a database or any other I/O (R36 to R42, R81)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.errors import FieldError
from core.memo import Memo
from fastlane.errors import InvalidParameters, OperationUnavailable, ParametersOutsideRules, UnknownOperation
from fastlane.fields import MAX_ALLOWED
from fastlane.operation import Operation, Seeder
from fastlane.operations import OPERATIONS
from fastlane.parameters import Parameters, Source, described_parameters, parameter_names, read_parameters
from rules import OutOfTable, Result, Rulebook, RuleError, TableUnavailable, default_rulebook
from rules.dice import MAX_SEED
from rules.suggestions import nearest_first

MEMO_SIZE = 4_096
MAX_PREPARED = 512
"""Bytes of a query or a body that is remembered as it was sent; whoever sends longer ones asks nothing twice."""
WARM_LEVELS = range(1, 21)
OPERATION_NAMES = tuple(dict.fromkeys(one.name for one in OPERATIONS.values()))
_SINGULAR = {"situation": "situations", "ability": "abilities", "creature": "name", "spell": "name"}
"""What the rules call one of several, or the subject itself, by the parameter it came in."""


def new_seed() -> int:
    """A seed that nobody can guess."""
    return secrets.randbelow(MAX_SEED + 1)


@dataclass(frozen=True, slots=True)
class FastAnswer:
    """The body to send, and whether the memo had it."""

    body: dict[str, Any]
    cache_hit: bool


class FastLane:
    """Answers operations from the tables in memory, remembers answers, and may be used from many threads."""

    def __init__(self, rules: Rulebook, *, memo_size: int = MEMO_SIZE, new_seed: Seeder = new_seed) -> None:
        self._rules, self._new_seed = rules, new_seed
        self._memo: Memo[Result] = Memo(memo_size)
        self._prepared: Memo[bytes] = Memo(memo_size)

    def answer(self, operation: str, params: Mapping[str, Any], *, source: Source = "query") -> FastAnswer:
        """Answer one operation.

        Args:
            operation: The name of an operation, or an alias such as `save`.
            params: By the caller's names. In a query every value is text; in a body values have JSON types.
            source: Where the parameters come from: `query` or `body`.

        Returns:
            The operation's body; with `verbose` also breakdown, assumptions, warnings, source and rules_version.

        Raises:
            UnknownOperation: No operation has this name.
            ParametersOutsideRules: A number lies outside its table.
            InvalidParameters: A parameter is malformed, missing or unknown.
            OperationUnavailable: A table it needs is switched off.
        """
        found = _operation(operation)
        one = self._find(found, params, source)
        return FastAnswer(self._body(found, one, remembered=one.remembered), one.remembered)

    def answer_bytes(
        self, operation: str, sent: bytes, read: Callable[[bytes], Mapping[str, Any]], *, source: Source = "query"
    ) -> bytes:
        """The answer as JSON in UTF-8, prepared for whoever asks the same again.

        Args:
            operation: As in `answer`, which raises the same.
            sent: The query string or the body as it came.
            read: Makes parameters of it; what it raises comes through.
            source: As in `answer`.
        """
        found = _operation(operation)
        one = self._find(found, read(sent), source)
        if one.is_settled and len(sent) <= MAX_PREPARED:
            body = self._body(found, one, remembered=True)
            self._prepared.put((operation, source, sent), orjson.dumps(body))
        return orjson.dumps(self._body(found, one, remembered=one.remembered))

    def prepared(self, operation: str, sent: bytes, *, source: Source = "query") -> bytes | None:
        """The answer to what was sent once before, byte by byte; nothing is read, looked up or written for it."""
        return self._prepared.get((operation, source, sent))

    def _find(self, found: Operation[Any, Any], params: Mapping[str, Any], source: Source) -> "_Found":
        try:
            asked = read_parameters(found.model, found.name, params, source=source, book=self._rules)
            given = asked if found.settle is None else found.settle(asked, self._new_seed)
            if given is not asked:
                return _Found(given, found.ask(given, self._rules), is_settled=False, remembered=False)
            result, remembered = self._memo.get_or_compute(_key(found, given), lambda: found.ask(given, self._rules))
        except TableUnavailable as error:
            raise OperationUnavailable(str(error)) from error
        except RuleError as error:
            raise _invalid(found, error) from error
        return _Found(given, result, is_settled=True, remembered=remembered)

    def _body(self, found: Operation[Any, Any], one: "_Found", *, remembered: bool) -> dict[str, Any]:
        body = dict(found.body(one.result, remembered))
        if not one.given.verbose:
            return body
        values = one.result.values()
        more = {name: values[name] for name in found.more if name in values}
        return more | body | one.result.explanation() | {"rules_version": self._rules.version}

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


@dataclass(frozen=True, slots=True)
class _Found:
    """An answer and what it is the answer to. Nothing was left to chance when it `is_settled`."""

    given: Parameters
    result: Result
    is_settled: bool
    remembered: bool


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
        "parameters": described_parameters(operation.model, book),
        "example": {"params": dict(operation.example), "answer": example},
    }


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
    names = parameter_names(operation.model)
    field = error.field if error.field in names else _SINGULAR.get(error.field, error.field)
    message = f"must be {nearest_first(error, MAX_ALLOWED)}"
    return kind(f"the parameters of {operation.name} are not valid", fields=[FieldError(field, message)])
