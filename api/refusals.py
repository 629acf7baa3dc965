"""What can go wrong in HTTP itself; api/errors.py says which status each of these has."""

from collections.abc import Mapping
from typing import ClassVar

from core.errors import DmaError, ErrorCategory


class ApiError(DmaError):
    """Root of what can go wrong in HTTP itself."""

    code = "invalid_request"
    category = ErrorCategory.VALIDATION_ERROR
    headers: ClassVar[Mapping[str, str]] = {}


class MalformedRequest(ApiError):
    """The request cannot be read."""


class InvalidFields(ApiError):
    """Fields are missing, unknown, or of the wrong type."""

    code = "validation_error"


class PreconditionFailed(ApiError):
    """The version in If-Match is not the current one."""

    code = "version_conflict"

    def __init__(self, message: str = "", *, current_version: int | None = None) -> None:
        super().__init__(message)
        self.current_version = current_version


class BodyTooLarge(ApiError):
    """The body is larger than 10 MB (10485760 bytes)."""

    code = "body_too_large"
    headers: ClassVar[Mapping[str, str]] = {"Connection": "close"}


class UnsupportedMediaType(ApiError):
    """The body's media type or encoding is not accepted here."""

    code = "unsupported_media_type"


class WrongHost(ApiError):
    """This server does not answer for the name in the Host header."""

    code = "wrong_host"


class PreconditionRequired(ApiError):
    """Send the version you read in If-Match, so that nobody's change is overwritten unseen."""

    code = "precondition_required"


class HeadersTooLarge(ApiError):
    """The headers are larger than 16 KB, or more than 100."""

    code = "headers_too_large"
    headers: ClassVar[Mapping[str, str]] = {"Connection": "close"}


class RequestTimedOut(ApiError):
    """The answer was not ready within 30 seconds."""

    code = "request_timeout"
    category = ErrorCategory.TIMEOUT
    retryable = True
