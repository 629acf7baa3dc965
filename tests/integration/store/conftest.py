"""A campaign, the people around it, and databases before they have a schema."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest

from contracts.entities import EntityType
from core.ids import new_uuid
from services.postgres import EmbeddedPostgres
from store.campaigns import Role, ensure_campaign
from store.database import Database
from store.entities import Entity, create_entity
from store.members import add_member

DM = "user:dm"
EDITOR = "user:co-dm"
READER = "user:player"
STRANGER = "user:stranger"

_numbers = itertools.count(1)


@pytest.fixture
def empty_database_url(postgres_server: EmbeddedPostgres) -> Iterator[str]:
    """A database with nothing in it."""
    name = f"empty_{next(_numbers)}"
    with psycopg.connect(postgres_server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield postgres_server.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def campaign(database: Database) -> UUID:
    """A campaign with an owner (DM), an editor and a reader; STRANGER is none of them, and has one too."""
    campaign_id = new_uuid()
    with database.transaction() as tx:
        ensure_campaign(tx, campaign_id, "The Sunken Vale", DM)
        add_member(tx, campaign_id, DM, member=EDITOR, role=Role.EDITOR)
        add_member(tx, campaign_id, DM, member=READER, role=Role.READER)
        ensure_campaign(tx, new_uuid(), "Elsewhere", STRANGER)
    return campaign_id


Remember = Callable[..., Entity]


@pytest.fixture
def remember(database: Database, campaign: UUID) -> Remember:
    """Write an entity into the campaign; what is not given is plain."""

    def write(name: str = "Borin", **given: Any) -> Entity:
        plain = {"campaign_id": campaign, "type": EntityType.NPC, "name": name, "principal": DM}
        with database.transaction() as tx:
            return create_entity(tx, **plain | given)

    return write
