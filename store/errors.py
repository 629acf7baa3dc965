"""What can go wrong in the store.

StoreError
|- DatabaseUnavailable      not reached, or no connection free in time (retryable)
|- SchemaTooNew             the database was made by newer code
|- SchemaOutdated           migrations have not run yet
|- UnsupportedServer        the Postgres server is too old
|- MissingExtension         pgvector, pg_trgm or unaccent is not to be had there
|- ForeignDatabase          it holds tables that are not ours
|- VersionConflict          the entity changed since it was read
|- IdAlreadyUsed            something else has this id
|- LastOwner                a campaign would be left without an owner
|- ChangedSince             what a request wrote was changed by others
|- NotEnded                 a request that still works cannot be undone
|- IdempotencyKeyReused     the key was used for another body
|- InvalidRefreshToken      unknown, expired or revoked
|- RefreshTokenReused       a spent token came back; its whole family is revoked now
`- InvalidServiceToken      unknown, rotated away, expired or revoked
"""

from collections.abc import Sequence

from core.errors import AuthenticationError, Conflict, DependencyUnavailable, DmaError, FieldError


class StoreError(DmaError):
    """Root of the store's errors."""

    code = "store_error"


class DatabaseUnavailable(StoreError, DependencyUnavailable):
    """Postgres does not answer."""

    code = "database_unavailable"
    retryable = True


class SchemaTooNew(StoreError):
    """The database's schema is newer than this code."""

    code = "schema_too_new"

    def __init__(self, *, found: int, known: int) -> None:
        super().__init__(f"the database is at schema version {found}, this code knows {known}: upgrade the code")
        self.found, self.known = found, known


class SchemaOutdated(StoreError):
    """The database's schema is older than this code; `python -m store.migrate` raises it."""

    code = "schema_outdated"

    def __init__(self, *, found: int, needed: int) -> None:
        super().__init__(
            f"the database is at schema version {found}, this code needs {needed}: run python -m store.migrate"
        )
        self.found, self.needed = found, needed


class MissingExtension(StoreError):
    """The server lacks an extension that DMA needs (C28)."""

    code = "missing_extension"

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"this Postgres server lacks {', '.join(names)}. Install them (Debian: postgresql-contrib and "
            "postgresql-NN-pgvector; containers: the image pgvector/pgvector), or unset DATABASE_URL to use the "
            "embedded server"
        )
        self.names = names


class UnsupportedServer(StoreError):
    """The Postgres server is older than DMA needs."""

    code = "unsupported_server"

    def __init__(self, *, found: int, needed: int) -> None:
        super().__init__(f"this server is PostgreSQL {found}; DMA needs {needed} or newer")
        self.found, self.needed = found, needed


class ForeignDatabase(StoreError):
    """The database is not empty and not ours; nothing was changed."""

    code = "foreign_database"


class VersionConflict(StoreError, Conflict):
    """The entity changed since it was read (C16); read it again and repeat the change."""

    code = "version_conflict"
    default_message = "Resource version conflict"

    def __init__(self, *, expected: int, current_version: int) -> None:
        super().__init__(f"version {expected} was expected, version {current_version} is current")
        self.expected, self.current_version = expected, current_version


class IdAlreadyUsed(StoreError, Conflict):
    """Something else has this id already."""

    code = "id_already_used"


class LastOwner(StoreError, Conflict):
    """A campaign keeps at least one owner: make somebody else an owner first."""

    code = "last_owner"


class ChangedSince(StoreError, Conflict):
    """What the request wrote was changed since; nothing was undone."""

    code = "changed_since"

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(
            f"changed since: {', '.join(names[:10])}; nothing was undone",
            fields=[FieldError(name, "Was changed after the request") for name in names],
        )


class NotEnded(StoreError, Conflict):
    """The request has not ended yet; wait for it, then undo it."""

    code = "request_not_ended"


class IdempotencyKeyReused(StoreError, Conflict):
    """This idempotency key was used with another body."""

    code = "idempotency_key_reused"


class IdempotencyKeyInUse(StoreError, Conflict):
    """A call with this idempotency key is still under way; repeat it in a moment to get its answer."""

    code = "idempotency_key_in_use"
    retryable = True
    retry_after_seconds = 1


class InvalidRefreshToken(StoreError, AuthenticationError):
    """The refresh token is unknown, expired or revoked."""

    code = "invalid_refresh_token"
    default_message = "Invalid refresh token"


class RefreshTokenReused(InvalidRefreshToken):
    """A spent refresh token came back: one of two holders stole it, so the whole family is revoked (RFC 9700)."""

    code = "refresh_token_reused"
    default_message = "Refresh token was used before; sign in again"


class InvalidServiceToken(StoreError, AuthenticationError):
    """The service token is unknown, rotated away, expired or revoked; callers are not told which (T11)."""

    code = "invalid_service_token"
    default_message = "Invalid service token"
