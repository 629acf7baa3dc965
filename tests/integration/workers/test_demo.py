"""The demo campaign: in order, loaded with one command, and as often as one likes."""

import io
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from contracts.entities import EntityType
from core.errors import NotFound
from core.ids import new_uuid
from store.campaigns import Role, create_campaign, list_campaigns
from store.database import Database
from store.entities import EntityChanges, create_entity, delete_entity, list_entities, update_entity
from store.finder import Finder
from store.members import add_member
from store.transfer.export import open_source, write_json
from tests.support.classifier import packaged_embedder
from tests.support.installation import ROOT
from workers.scribe.demo.loading import CONTENT, DemoCampaign, load_demo
from workers.scribe.repository import ScribeRepository

DM = "user:dm"


@pytest.fixture(scope="module")
def content() -> Any:
    return json.loads(CONTENT.read_text("utf-8"))


def load(database: Database, **given: Any) -> DemoCampaign:
    with database.transaction() as tx:
        return load_demo(tx, DM, **given)


def test_the_demo_has_something_of_every_kind_and_everybody_is_related(content: Any) -> None:
    kinds = Counter(one["type"] for one in content["entities"])
    related = {edge[end] for edge in content["relations"] for end in ("source", "target")}
    assert sum(kinds.values()) >= 60
    assert set(EntityType) == set(kinds)
    assert len(related) >= 0.8 * sum(kinds.values())
    assert any(one["secret"] for one in content["entities"])


def test_loading_again_brings_back_what_was_lost_and_keeps_what_was_added(database: Database, content: Any) -> None:
    first = load(database)
    expected = (len(content["entities"]), len(content["relations"]))
    assert expected == (first.loaded.entities.created, first.loaded.relations.created)
    with database.transaction() as tx:
        one, other = list_entities(tx, DM, first.campaign_id, EntityType.NPC, 2).items
        delete_entity(tx, one.id, DM, type=EntityType.NPC)
        changes = EntityChanges(name="Somebody else")
        update_entity(tx, other.id, DM, type=EntityType.NPC, expected_version=1, changes=changes)
        create_entity(tx, campaign_id=first.campaign_id, type=EntityType.NPC, name="Mine", principal=DM)
    again = load(database)
    assert (first.campaign_id, 0, 2, expected[0] - 2) == (
        again.campaign_id,
        again.loaded.entities.created,
        again.loaded.entities.changed,
        again.loaded.entities.unchanged,
    )
    with database.transaction() as tx:
        people = list_entities(tx, DM, first.campaign_id, EntityType.NPC, 1000).items
        assert [first.campaign_id] == [campaign.id for campaign in list_campaigns(tx, DM).items]
    assert {one.name, other.name, "Mine"} <= {person.name for person in people}


def test_it_can_be_loaded_into_a_campaign_of_ones_own_and_of_nobody_else(database: Database) -> None:
    with database.transaction() as tx:
        own = create_campaign(tx, name="Mine", principal=DM)
        foreign = create_campaign(tx, name="Theirs", principal="user:other")
    assert (own.id, 0) == ((loaded := load(database, campaign_id=own.id)).campaign_id, loaded.loaded.entities.changed)
    for campaign_id in (foreign.id, new_uuid()):
        with pytest.raises(NotFound):
            load(database, campaign_id=campaign_id)


def test_one_command_loads_it_and_says_where(database: Database, database_url: str, tmp_path: Path) -> None:
    environment = {"DATABASE_URL": database_url, "REDIS_URL": "redis://127.0.0.1:1/0", "DMA_HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "workers.scribe.demo"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    with database.transaction() as tx:
        [campaign] = list_campaigns(tx, DM).items
    assert f"{campaign.name} (campaign {campaign.id})" in done.stdout


def test_the_scribe_finds_with_the_secrets_that_the_asker_keeps(database: Database) -> None:
    with database.transaction() as tx:
        campaign: UUID = create_campaign(tx, name="Vale", principal=DM).id
        create_entity(
            tx, campaign_id=campaign, type=EntityType.NPC, name="Ilse", principal=DM, attributes={"secret": "Spies."}
        )
    [hit] = ScribeRepository(database, Finder(database, packaged_embedder())).find(DM, campaign, "Ilse").results
    assert {"secret": "Spies."} == hit.attributes


def test_players_are_told_nothing_that_they_have_not_met(database: Database, content: Any) -> None:
    campaign = load(database).campaign_id
    hidden = {one["name"] for one in content["entities"] if "unrevealed" in one["tags"] or one["state"] == "draft"}
    secrets = [one["secret"] for one in content["entities"] if one["secret"]]
    names = {one["key"]: one["name"] for one in content["entities"]}
    secret_ties = {
        (names[one["source"]], one["kind"], names[one["target"]])
        for one in content["relations"]
        if (one.get("attributes") or {}).get("secret")
    }
    assert hidden
    assert secret_ties
    written = io.BytesIO()
    with database.transaction() as tx:
        write_json(open_source(tx, campaign, DM, view="player"), written)
    document = json.loads(written.getvalue())

    shown = {one["id"]: one["name"] for one in document["entities"]}
    ties = {(shown[one["source"]], one["kind"], shown[one["target"]]) for one in document["relations"]}
    assert not hidden & set(shown.values())
    assert not secret_ties & ties
    assert "unrevealed" not in written.getvalue().decode()
    assert not [secret for secret in secrets if secret in written.getvalue().decode()]


def test_a_player_finds_nothing_that_is_hidden(database: Database, content: Any) -> None:
    campaign = load(database).campaign_id
    with database.transaction() as tx:
        add_member(tx, campaign, DM, member="user:player", role=Role.READER)
    finder = Finder(database, packaged_embedder())
    hidden = [one["name"] for one in content["entities"] if "unrevealed" in one["tags"]]

    for name in hidden[:5]:
        as_dm = [hit.name for hit in finder.find(DM, campaign, name).results]
        as_player = [hit.name for hit in finder.find("user:player", campaign, name).results]
        assert name == as_dm[0]
        assert not set(hidden) & set(as_player)
    kinds = {hit.name for hit in finder.find("user:player", campaign, "unrevealed").results}
    assert not set(hidden) & kinds
