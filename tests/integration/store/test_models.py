"""The SQLModel classes and the live catalogue say the same, in both directions."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, MetaData, create_engine, inspect
from sqlalchemy.pool import NullPool
from sqlmodel import Session, SQLModel, select

from core.ids import new_uuid
from store import models

Shape = dict[str, dict[str, object]]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://", 1), poolclass=NullPool)
    yield engine
    engine.dispose()


def shape_of_models(metadata: MetaData, engine: Engine) -> Shape:
    return {
        name: {
            "columns": {
                column.name: (column.type.compile(engine.dialect), column.nullable) for column in table.columns
            },
            "primary key": [column.name for column in table.primary_key.columns],
        }
        for name, table in metadata.tables.items()
    }


def shape_of_database(engine: Engine) -> Shape:
    inspector = inspect(engine)
    return {
        name: {
            "columns": {
                column["name"]: (column["type"].compile(engine.dialect), column["nullable"])
                for column in inspector.get_columns(name)
            },
            "primary key": inspector.get_pk_constraint(name)["constrained_columns"],
        }
        for name in inspector.get_table_names()
    }


def test_every_table_column_type_nullability_and_key_is_the_same_in_both(engine: Engine) -> None:
    assert shape_of_database(engine) == shape_of_models(SQLModel.metadata, engine)


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE quests (id uuid PRIMARY KEY)",
        "DROP TABLE events",
        "ALTER TABLE campaigns ADD motto text",
        "ALTER TABLE campaigns DROP settings",
        "ALTER TABLE entity_embeddings ALTER embedding TYPE halfvec(768)",
        "ALTER TABLE steps ALTER crashes TYPE bigint",
        "ALTER TABLE entities ALTER created_by DROP NOT NULL",
        "ALTER TABLE events DROP CONSTRAINT events_pkey",
    ],
)
def test_the_comparison_sees_every_kind_of_difference(engine: Engine, change: str) -> None:
    with engine.begin() as connection:
        connection.exec_driver_sql(change)
    assert shape_of_database(engine) != shape_of_models(SQLModel.metadata, engine)


def test_a_row_written_through_a_model_is_completed_by_the_database(engine: Engine) -> None:
    with Session(engine) as session:
        campaign = models.Campaign(id=new_uuid(), name="The Sunken Vale")
        session.add(campaign)
        session.flush()
        made = {"id": new_uuid(), "campaign_id": campaign.id, "type": "npc", "created_by": "user:dm"}
        session.add(models.Entity(name="Éowyn", **made))
        session.commit()

        stored = session.exec(select(models.Entity).where(models.Entity.type == "npc")).one()
        assert ("approved", 1, {}, "Eowyn") == (stored.state, stored.version, stored.attributes, stored.plain_name)
