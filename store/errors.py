"""What can go wrong in the store.

StoreError
|- DatabaseUnavailable      not reached, or no connection free in time (retryable)
|- SchemaTooNew             the database was made by newer code
|- SchemaOutdated           migrations have not run yet
|- MissingExtension         pgvector, pg_trgm or unaccent is not to be had there
`- EmbeddingSizeMismatch    the vector does not fit its column
"""

from core.errors import DependencyUnavailable, DmaError


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
            f"this Postgres server lacks {', '.join(names)}. Install them (Debian: postgresql-contrib and postgresql-NN-pgvector; "
            "containers: the image pgvector/pgvector), or unset DATABASE_URL to use the embedded server"
        )
        self.names = names
