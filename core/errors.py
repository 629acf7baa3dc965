"""The root of every error this application raises, and the words (R64) that say what kind of failure it was.

    DmaError
    |- InvalidInput          the caller sent something that is not allowed
    |- NotFound              it does not exist, or is not the caller's to see
    |- Conflict              it changed meanwhile, or the key was used for something else
    |- AuthenticationError   no token, or one that does not hold
    |- PermissionDenied      a good token without the scope or role
    `- DependencyUnavailable a server we need does not answer (retryable)

Each package adds its own below these. The HTTP status is chosen in api/errors.py alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


class ErrorCategory(StrEnum):
    """The kinds of failure a caller can act on (R64)."""

    NETWORK_ERROR = "network_error"
    TIMEOUT = "timeout"
    RATE_LIMIT = "rate_limit"
    SERVICE_UNAVAILABLE = "service_unavailable"
    VALIDATION_ERROR = "validation_error"
    AUTH_ERROR = "auth_error"
    PERMISSION_ERROR = "permission_error"
    NOT_FOUND = "not_found"
    LLM_ERROR = "llm_error"
    CONTENT_FILTER = "content_filter"
    TOKEN_LIMIT = "token_limit"  # noqa: S105  # nosec B105 - a category, no credential

    @property
    def is_retryable(self) -> bool:
        """True for what may succeed unchanged a little later (C7)."""
        return self in _RETRYABLE


_RETRYABLE = frozenset(
    {
        ErrorCategory.NETWORK_ERROR,
        ErrorCategory.TIMEOUT,
        ErrorCategory.RATE_LIMIT,
        ErrorCategory.SERVICE_UNAVAILABLE,
        ErrorCategory.LLM_ERROR,
    }
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that was wrong: its dotted path in the input, and what is allowed there."""

    field: str
    message: str


class DmaError(Exception):
    """Root of all errors of ours. `code` is stable and public; the message is for people."""

    code: ClassVar[str] = "internal_error"
    category: ClassVar[ErrorCategory] = ErrorCategory.SERVICE_UNAVAILABLE
    retryable: ClassVar[bool] = False
    default_message: ClassVar[str] = ""

    def __init__(self, message: str = "", *, fields: Sequence[FieldError] = ()) -> None:
        super().__init__(message or self.default_message or (self.__doc__ or "").strip().splitlines()[0])
        self.fields = tuple(fields)


class InvalidInput(DmaError):
    """The input is well formed but not allowed."""

    code = "validation_failed"
    category = ErrorCategory.VALIDATION_ERROR


class NotFound(DmaError):
    """It does not exist, or is not yours to see."""

    code = "not_found"
    category = ErrorCategory.NOT_FOUND


class Conflict(DmaError):
    """It changed since you read it."""

    code = "conflict"
    category = ErrorCategory.VALIDATION_ERROR


class AuthenticationError(DmaError):
    """Authentication required."""

    code = "authentication_required"
    category = ErrorCategory.AUTH_ERROR


class PermissionDenied(DmaError):
    """The token does not carry the needed permission."""

    code = "permission_denied"
    category = ErrorCategory.PERMISSION_ERROR


class DependencyUnavailable(DmaError):
    """A server this needs does not answer."""

    code = "service_unavailable"
    category = ErrorCategory.SERVICE_UNAVAILABLE
    retryable = True


class ConfigurationError(DmaError):
    """The settings do not allow a start; the process exits with 78 (EX_CONFIG) and is not restarted."""

    code = "configuration_error"
    category = ErrorCategory.VALIDATION_ERROR


EXIT_CONFIGURATION = 78
"""Exit status (sysexits.h EX_CONFIG) for a start that no restart can help."""
