"""The tables as SQLModel classes: typed rows for reports, notebooks and tests.

The functions of the store speak SQL by hand, because what makes them right (compare-and-set, fencing, membership joins)
is in the statement. These classes are for everyone who wants to read the tables with types and completion:

    with Session(create_engine(url)) as session:
        npcs = session.exec(select(Entity).where(Entity.type == "npc")).all()

`schema.sql` stays the one source; nothing here ever makes a table, and a test compares every table, column, type,
nullability and primary key with a live database, in both directions. Constraints and defaults are the schema's alone:
leave a defaulted column out and the database fills it in.
"""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pgvector.sqlalchemy import HALFVEC
from sqlalchemy import (
    ARRAY,
    DOUBLE_PRECISION,
    REAL,
    BigInteger,
    Column,
    Computed,
    DateTime,
    FetchedValue,
    Identity,
    LargeBinary,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSVECTOR
from sqlmodel import Field, SQLModel

Json = dict[str, Any]


def _given(kind: Any, **options: Any) -> Any:
    """A column that must have a value."""
    return Field(sa_column=Column(kind, nullable=False, **options))


def _optional(kind: Any) -> Any:
    """A column that may be null."""
    return Field(default=None, sa_column=Column(kind, nullable=True))


def _filled(kind: Any, **options: Any) -> Any:
    """A column that the database fills in when it is left out."""
    return Field(default=None, sa_column=Column(kind, nullable=False, server_default=FetchedValue(), **options))


def _generated(kind: Any) -> Any:
    """A column that the database computes from others; the expression stands in schema.sql."""
    return Field(default=None, sa_column=Column(kind, Computed("", persisted=True)))


# Without none_as_null, None would be stored as the JSON null instead of being left to the column's default.
_JSON: Final = JSONB(none_as_null=True)
_TIME: Final = DateTime(timezone=True)
_TEXTS: Final = ARRAY(Text)


class SchemaVersion(SQLModel, table=True):
    """One migration that was applied."""

    __tablename__ = "schema_versions"

    version: int = Field(primary_key=True)
    applied_at: datetime = _filled(_TIME)


class Installation(SQLModel, table=True):
    """The one row of what the sweeper last knew of the Redis server."""

    __tablename__ = "installation"

    only_row: bool = Field(default=True, primary_key=True)
    bus_epoch: UUID | None = None
    bus_run_id: str | None = _optional(Text)
    created_at: datetime = _filled(_TIME)
    bus_began_at: datetime | None = _optional(_TIME)


class Campaign(SQLModel, table=True):
    """What everything else belongs to."""

    __tablename__ = "campaigns"

    id: UUID = Field(primary_key=True)
    name: str = _given(Text)
    settings: Json = _filled(_JSON)
    created_at: datetime = _filled(_TIME)
    updated_at: datetime = _filled(_TIME)
    version: int = 1


class Membership(SQLModel, table=True):
    """What one principal may do in one campaign."""

    __tablename__ = "memberships"

    campaign_id: UUID = Field(primary_key=True)
    principal: str = Field(sa_column=Column(Text, primary_key=True))
    role: str = _given(Text)
    created_at: datetime = _filled(_TIME)


class Request(SQLModel, table=True):
    """One prompt."""

    __tablename__ = "requests"

    id: UUID = Field(primary_key=True)
    campaign_id: UUID
    principal: str = _given(Text)
    prompt: str = _given(Text)
    location_id: UUID | None = None
    session_id: UUID | None = None
    intent: str = _given(Text)
    intent_confidence: float = _given(REAL)
    alternatives: list[Json] = _filled(_JSON)
    timeout_ms: int
    include_stats: bool = False
    status: str = _filled(Text)
    result: Json | None = _optional(_JSON)
    error: Json | None = _optional(_JSON)
    replay_of: UUID | None = None
    created_at: datetime = _filled(_TIME)
    deadline_at: datetime = _given(_TIME)
    dispatched_at: datetime | None = _optional(_TIME)
    started_at: datetime | None = _optional(_TIME)
    completed_at: datetime | None = _optional(_TIME)
    undone_at: datetime | None = _optional(_TIME)
    undone_by: str | None = _optional(Text)
    undone: Json | None = _optional(_JSON)
    traceparent: str | None = _optional(Text)


class Step(SQLModel, table=True):
    """One unit of a request's plan, for one actor."""

    __tablename__ = "steps"

    request_id: UUID = Field(primary_key=True)
    step_no: int = Field(primary_key=True)
    actor: str = _given(Text)
    title: str = _given(Text)
    params: Json = _filled(_JSON)
    state: str = _filled(Text)
    attempt: int = 1
    crashes: int = 0
    lease_epoch: int = 0
    lease_until: datetime | None = _optional(_TIME)
    worker: str | None = _optional(Text)
    published_at: datetime | None = _optional(_TIME)
    started_at: datetime | None = _optional(_TIME)
    finished_at: datetime | None = _optional(_TIME)
    result: Json | None = _optional(_JSON)
    error: Json | None = _optional(_JSON)


class Transition(SQLModel, table=True):
    """One thing that happened to a request (step_no is null) or a step."""

    __tablename__ = "transitions"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, Identity(always=True), primary_key=True))
    request_id: UUID
    step_no: int | None = None
    state: str = _given(Text)
    attempt: int | None = None
    lease_epoch: int | None = None
    worker: str | None = _optional(Text)
    error: Json | None = _optional(_JSON)
    at: datetime = _filled(_TIME)


class Webhook(SQLModel, table=True):
    """Who is to be told that a request has ended."""

    __tablename__ = "webhooks"

    request_id: UUID = Field(primary_key=True)
    url: str = _given(Text)
    state: str = _given(Text)
    attempts: int = 0
    due_at: datetime = _filled(_TIME)
    last_error: str | None = _optional(Text)
    delivered_at: datetime | None = _optional(_TIME)


class Event(SQLModel, table=True):
    """One piece of progress, such as a room of a dungeon."""

    __tablename__ = "events"

    request_id: UUID = Field(primary_key=True)
    step_no: int = Field(primary_key=True)
    index: int = Field(primary_key=True)
    kind: str = _given(Text)
    data: Json = _given(_JSON)
    created_at: datetime = _filled(_TIME)


class IdempotencyKey(SQLModel, table=True):
    """The reply that was given under a key."""

    __tablename__ = "idempotency_keys"

    principal: str = Field(sa_column=Column(Text, primary_key=True))
    route: str = Field(sa_column=Column(Text, primary_key=True))
    key: str = Field(sa_column=Column(Text, primary_key=True))
    fingerprint: bytes = _given(LargeBinary)
    status: int | None = None
    headers: Json = _filled(_JSON)
    body: Any = _optional(_JSON)
    created_at: datetime = _filled(_TIME)
    expires_at: datetime = _filled(_TIME)
    campaign_id: UUID | None = None


class Entity(SQLModel, table=True):
    """What the campaign remembers, as it is now."""

    __tablename__ = "entities"

    id: UUID = Field(primary_key=True)
    campaign_id: UUID
    type: str = _given(Text)
    name: str = _given(Text)
    description: str = _filled(Text)
    attributes: Json = _filled(_JSON)
    state: str = _filled(Text)
    schema_version: int = 1
    version: int = 1
    created_by: str = _given(Text)
    request_id: UUID | None = None
    created_at: datetime = _filled(_TIME)
    updated_at: datetime = _filled(_TIME)
    deleted_at: datetime | None = _optional(_TIME)
    plain_name: str | None = _generated(Text)
    fts: str | None = _generated(TSVECTOR)
    tags: list[str] = _filled(_TEXTS)
    secret: Any = _optional(_JSON)


class EntityVersion(SQLModel, table=True):
    """An entity as it was in one version."""

    __tablename__ = "entity_versions"

    entity_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    name: str = _given(Text)
    description: str = _given(Text)
    attributes: Json = _given(_JSON)
    state: str = _given(Text)
    deleted: bool = False
    changed_by: str = _given(Text)
    request_id: UUID | None = None
    changed_at: datetime = _filled(_TIME)
    tags: list[str] = _filled(_TEXTS)
    secret: Any = _optional(_JSON)
    schema_version: int = 1
    exchange_id: str | None = _optional(Text)


class Relationship(SQLModel, table=True):
    """A typed edge from one entity to another."""

    __tablename__ = "relationships"

    id: UUID = Field(primary_key=True)
    campaign_id: UUID
    source_id: UUID
    target_id: UUID
    kind: str = _given(Text)
    attributes: Json = _filled(_JSON)
    created_at: datetime = _filled(_TIME)
    version: int = 1
    secret: bool = False
    begins: str | None = _optional(Text)
    begins_order: float | None = _optional(DOUBLE_PRECISION)
    ends: str | None = _optional(Text)
    ends_order: float | None = _optional(DOUBLE_PRECISION)
    created_by: str = _given(Text)
    updated_at: datetime = _filled(_TIME)
    deleted_at: datetime | None = _optional(_TIME)


class RelationshipVersion(SQLModel, table=True):
    """A relationship as it was in one version."""

    __tablename__ = "relationship_versions"

    relationship_id: UUID = Field(primary_key=True)
    version: int = Field(primary_key=True)
    attributes: Json = _given(_JSON)
    secret: bool
    begins: str | None = _optional(Text)
    begins_order: float | None = _optional(DOUBLE_PRECISION)
    ends: str | None = _optional(Text)
    ends_order: float | None = _optional(DOUBLE_PRECISION)
    deleted: bool = False
    changed_by: str = _given(Text)
    request_id: UUID | None = None
    changed_at: datetime = _filled(_TIME)
    exchange_id: str | None = _optional(Text)


class EntityEmbedding(SQLModel, table=True):
    """The vector of "type: name. description" for one entity, 384 half-precision floats."""

    __tablename__ = "entity_embeddings"

    entity_id: UUID = Field(primary_key=True)
    campaign_id: UUID
    model: str = _given(Text)
    content_hash: bytes = _given(LargeBinary)
    embedding: Any = _given(HALFVEC(384))


class EntityToEmbed(SQLModel, table=True):
    """An entity whose text changed since its vector was made."""

    __tablename__ = "entities_to_embed"

    entity_id: UUID = Field(primary_key=True)
    campaign_id: UUID
    noted_at: datetime = _filled(_TIME)


class RefreshToken(SQLModel, table=True):
    """One token of a sign-in."""

    __tablename__ = "refresh_tokens"

    token_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    family: UUID
    subject: str = _given(Text)
    scopes: list[str] = _given(_TEXTS)
    successor_key: bytes | None = _optional(LargeBinary)
    issued_at: datetime = _filled(_TIME)
    expires_at: datetime = _given(_TIME)
    used_at: datetime | None = _optional(_TIME)
    revoked_at: datetime | None = _optional(_TIME)


class LoginCode(SQLModel, table=True):
    """A one-time code that signs the local console in."""

    __tablename__ = "login_codes"

    code_hash: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    subject: str = _given(Text)
    expires_at: datetime = _given(_TIME)
    used_at: datetime | None = _optional(_TIME)


class ServiceToken(SQLModel, table=True):
    """The token of another program."""

    __tablename__ = "service_tokens"

    id: str = Field(sa_column=Column(Text, primary_key=True))
    secret_hash: bytes = _given(LargeBinary)
    previous_hash: bytes | None = _optional(LargeBinary)
    scopes: list[str] = _given(_TEXTS)
    rotated_at: datetime = _filled(_TIME)
    expires_at: datetime = _given(_TIME)
    last_used_at: datetime | None = _optional(_TIME)
    revoked_at: datetime | None = _optional(_TIME)


class AgentProcess(SQLModel, table=True):
    """What a process of a pool last said of itself."""

    __tablename__ = "agents"

    consumer: str = Field(sa_column=Column(Text, primary_key=True))
    agent: str = _given(Text)
    state: str = _given(Text)
    threads: int
    sequence: int = _given(BigInteger)
    announced_at: datetime = _filled(_TIME)
    checked_at: datetime | None = _optional(_TIME)
    check_ms: int | None = None


class LlmTokens(SQLModel, table=True):
    """Tokens of a language model spent on one day."""

    __tablename__ = "llm_tokens"

    day: date = Field(primary_key=True)
    scope: UUID = Field(primary_key=True)
    tokens: int = _given(BigInteger)
