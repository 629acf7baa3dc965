"""What can be wrong with a fast-lane request; the HTTP status is chosen in the API.

DmaError
|- NotFound
|   `- UnknownOperation
|- InvalidInput
|   `- InvalidParameters             a name, a type or a form is wrong
|       `- ParametersOutsideRules    well formed, but the rules have no such value
`- DependencyUnavailable
    `- OperationUnavailable          a table it needs is switched off
"""

from typing import ClassVar

from core.errors import DependencyUnavailable, InvalidInput, NotFound


class UnknownOperation(NotFound):
    """No operation has this name."""

    code = "unknown_operation"

    def __init__(self) -> None:
        super().__init__("Operation not in fast lane")  # word for word (R36)


class InvalidParameters(InvalidInput):
    """The parameters are not valid; `fields` says which and what is allowed."""

    code = "invalid_parameters"


class ParametersOutsideRules(InvalidParameters):
    """The parameters are well formed, but the rule base has no such value; `fields` says what it has."""

    code = "outside_rules"


class OperationUnavailable(DependencyUnavailable):
    """A table of this operation is switched off; the process log says why."""

    code = "operation_unavailable"
    retryable: ClassVar[bool] = False
