"""Bodies of the rules: the fast lane's list, questions, tables and characters."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from api.models.base import StrictModel, without_default
from api.parsing import NotBlank


class FastParameter(BaseModel):
    """A parameter of an operation; `one_of` are the names that the rule base has for it."""

    name: str
    required: bool
    description: str
    json_schema: Annotated[dict[str, Any], Field(alias="schema")]
    one_of: list[str] = Field(default=[], json_schema_extra=without_default)
    default: Any = None


class FastExample(BaseModel):
    """An operation asked; no answer while a table that it needs is switched off."""

    params: dict[str, Any]
    answer: dict[str, Any] | None


class FastOperation(BaseModel):
    """What the fast lane answers at /v1/fast/{name}, and under its other names."""

    name: str
    aliases: list[str]
    title: str
    parameters: list[FastParameter]
    example: FastExample


class FastOperationList(BaseModel):
    """Answer to GET /v1/fast."""

    operations: list[FastOperation]


class AskRequest(StrictModel):
    """Body of POST /v1/rules/ask."""

    question: Annotated[NotBlank, Field(min_length=1, max_length=1000)]


class RulePart(BaseModel):
    """One line of a calculation."""

    label: str
    value: int | str
    source: str


class RuleAnswer(BaseModel):
    """Answer to POST /v1/rules/ask; `headline` has the main values in the order of the sentence."""

    answer: str
    values: dict[str, Any]
    headline: list[str]
    breakdown: list[RulePart]
    source: list[str]
    confidence: Annotated[float, Field(ge=0, le=1)]
    topic: str | None
    missing: list[str]
    assumptions: list[str]
    warnings: list[str]


class RuleTableFacts(BaseModel):
    """What a table is about; `status` is `single_source` when one reference only was found for its numbers."""

    id: str
    title: str
    source: str
    kind: Literal["lookup", "banded", "formula"]
    keys: list[str]
    columns: list[str]
    lines: int
    aliases: list[str]
    status: Literal["single_source"] | None


class RuleTableList(BaseModel):
    """Answer to GET /v1/rules/tables."""

    tables: list[RuleTableFacts]
    rules_version: str


class RuleTableLines(BaseModel):
    """Answer to GET /v1/rules/tables/{table_id}: the lines that the keys pick, or all.

    A key that is a band of numbers is a pair, lowest first, null for no end; where a number picked the line, that
    number.
    """

    table: str
    title: str
    keys: dict[str, Any]
    rows: list[dict[str, Any]]
    breakdown: list[RulePart]
    source: list[str]
    assumptions: list[str]
    warnings: list[str]
    rules_version: str


MAX_SENTENCE = 1000


def _subject(value: Any) -> Any:
    if isinstance(value, dict) or (isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= MAX_SENTENCE):
        return value
    raise ValueError(f"Must be an object, or a sentence of at most {MAX_SENTENCE} characters")


class ValidateRequest(StrictModel):
    """Body of POST /v1/rules/validate: a character, as an object or a sentence, and the campaign's own rules."""

    subject: Annotated[
        Any,
        AfterValidator(_subject),
        WithJsonSchema(
            {"anyOf": [{"type": "string", "pattern": "\\S", "maxLength": MAX_SENTENCE}, {"type": "object"}]}
        ),
    ]
    house_rules: dict[str, Any] = Field(default={})


class RuleFinding(BaseModel):
    """A rule that is broken, or would be without a house rule; `alternatives` are what would be allowed."""

    rule: str
    field: str
    message: str
    alternatives: list[str]
    source: str
    is_violation: bool
    by_house_rule: bool


class ValidationView(BaseModel):
    """Answer to POST /v1/rules/validate; `not_checked` says of each rule what would have to be known."""

    valid: bool
    subject: dict[str, Any]
    violations: list[RuleFinding]
    house_rules: list[RuleFinding]
    checked: list[str]
    not_checked: dict[str, str]
    source: list[str]
    assumptions: list[str]
    warnings: list[str]
    rules_version: str
