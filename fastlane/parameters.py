"""The parameters of an operation: what every one takes, and how a query or a body is checked against its model."""

from collections.abc import Mapping
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from core.errors import FieldError
from fastlane.errors import InvalidParameters, ParametersOutsideRules
from fastlane.fields import Flag, Reading
from rules import Rulebook

Source = Literal["query", "body"]


class Parameters(BaseModel):
    """What every operation takes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=False)

    verbose: Flag = Field(default=False, description="Also say how the numbers came about, and where they are printed.")


Model = TypeVar("Model", bound=Parameters)


def read_parameters(
    model: type[Model], operation: str, given: Mapping[str, Any], *, source: Source, book: Rulebook
) -> Model:
    """Check what was sent.

    Raises:
        ParametersOutsideRules: Everything is well formed, but a value is not in the rule base.
        InvalidParameters: Something is not well formed, missing, or has an unknown name.
    """
    try:
        return model.model_validate(dict(given), context={"source": source, "book": book})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        fields = [_field_error(model, operation, problem) for problem in problems]
        outside = all(problem["type"] == "outside" for problem in problems)
        kind = ParametersOutsideRules if outside else InvalidParameters
        raise kind(f"the parameters of {operation} are not valid", fields=fields) from error


def parameter_names(model: type[Parameters]) -> tuple[str, ...]:
    """The names a caller uses, in the order of the model, `verbose` last."""
    names = [field.alias or name for name, field in model.model_fields.items()]
    return (*(name for name in names if name != "verbose"), "verbose")


def described_parameters(model: type[Parameters], book: Rulebook) -> list[dict[str, Any]]:
    """Every parameter: its name, whether it is needed, what it means, its JSON Schema, its names and its default."""
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return [_described(name, fields[name], book) for name in parameter_names(model)]


def _described(name: str, field: FieldInfo, book: Rulebook) -> dict[str, Any]:
    reading = next(one for one in field.metadata if isinstance(one, Reading))
    described = {
        "name": name,
        "required": field.is_required(),
        "description": field.description,
        "schema": dict(reading.schema),
    }
    if reading.names_in is not None and reading.names_in in book.tables:
        described["one_of"] = list(book.table(reading.names_in).names)
    return described if field.is_required() else described | {"default": field.default}


def _field_error(model: type[Parameters], operation: str, problem: Any) -> FieldError:
    field = str(problem["loc"][0]) if problem["loc"] else operation
    match problem["type"]:
        case "missing":
            return FieldError(field, "is required")
        case "extra_forbidden":
            return FieldError(
                field, f"is not a parameter of {operation}, which has: {', '.join(parameter_names(model))}"
            )
        case _:
            return FieldError(field, problem["msg"])
