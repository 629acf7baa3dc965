"""The problem object (RFC 9457, R62) of a failure, as it is stored with a request; the API adds the HTTP status."""

from typing import Any

from core.errors import DmaError, ErrorCategory

_TITLES = {
    ErrorCategory.NETWORK_ERROR: "Upstream service error",
    ErrorCategory.TIMEOUT: "Request timeout",
    ErrorCategory.RATE_LIMIT: "Rate limit exceeded",
    ErrorCategory.SERVICE_UNAVAILABLE: "Service temporarily unavailable",
    ErrorCategory.VALIDATION_ERROR: "Validation failed",
    ErrorCategory.AUTH_ERROR: "Authentication required",
    ErrorCategory.PERMISSION_ERROR: "Insufficient permissions",
    ErrorCategory.NOT_FOUND: "Resource not found",
    ErrorCategory.LLM_ERROR: "Upstream service error",
    ErrorCategory.CONTENT_FILTER: "Upstream service error",
    ErrorCategory.TOKEN_LIMIT: "Upstream service error",
}


def problem(category: ErrorCategory, detail: str, *, code: str | None = None) -> dict[str, Any]:
    """A problem object with `error_type` of R64; `detail` is for people and holds no secrets and no traces."""
    return {
        "type": f"https://api.dma.com/errors/{category.value.replace('_', '-')}",
        "title": _TITLES[category],
        "detail": detail[:500],
        "code": code or category.value,
        "error_type": category.value,
        "retryable": category.is_retryable,
    }


def problem_of(error: BaseException) -> dict[str, Any]:
    """The problem object of any exception; what is not an error of ours is told without its inside."""
    if isinstance(error, DmaError):
        return problem(error.category, str(error), code=error.code)
    return problem(ErrorCategory.SERVICE_UNAVAILABLE, "an unexpected error stopped this step", code="internal_error")
