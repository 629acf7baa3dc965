"""How a change that comes too late is answered, the same for everything that has versions (C16, C17)."""

from collections.abc import Iterator
from contextlib import contextmanager

from api.deps import AppServices, IfMatch
from api.refusals import PreconditionFailed
from store.errors import VersionConflict

NO_VERSION = 0
"""What a weak tag is worth: versions begin at 1, so it never matches (C17)."""


@contextmanager
def conflicts(services: AppServices) -> Iterator[None]:
    """409 by default, 412 when STRICT_HTTP_PRECONDITIONS is set (C16)."""
    try:
        yield
    except VersionConflict as error:
        if services.settings.strict_http_preconditions:
            raise PreconditionFailed(str(error), current_version=error.current_version) from error
        raise


def expected_version(condition: IfMatch) -> int | None:
    """The version that a change is for; None for any."""
    return NO_VERSION if condition.is_weak else condition.version


def require_match(condition: IfMatch, current_version: int) -> None:
    """Raise VersionConflict unless the condition holds for this version."""
    wanted = expected_version(condition)
    if wanted is not None and wanted != current_version:
        raise VersionConflict(expected=wanted, current_version=current_version)
