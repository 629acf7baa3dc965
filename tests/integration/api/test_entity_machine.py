"""The entity API against a model of it: whatever is done in whatever order, both say the same."""

import itertools
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.integration.api.conftest import Connect
from tests.support.asgi_client import AsgiClient

NAMES = st.sampled_from(["Borin", "Éowyn", "eo", "Zed"])
TAGS = st.lists(st.sampled_from(["Smith", "smith", "king", "b"]), max_size=3)
SECRETS = st.none() | st.sampled_from(["He lied.", {"owes": 50}])
ATTRIBUTES = st.dictionaries(st.sampled_from(["level", "hp"]), st.none() | st.integers(1, 9), max_size=2)
STATES = st.sampled_from(["draft", "approved"])
FIELDS = ("name", "attributes", "state", "tags", "secret", "version")

client: AsgiClient
numbers = itertools.count()


class Modelled:
    """An entity as it should be: every version it had, and whether it is deleted."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.url = f"/v1/entities/npc/{answer['id']}"
        self.id = answer["id"]
        self.versions: list[dict[str, Any]] = []
        self.deleted = False

    @property
    def now(self) -> dict[str, Any]:
        return self.versions[-1]

    def become(self, **changes: Any) -> None:
        before = deepcopy(self.versions[-1]) if self.versions else {}
        self.versions.append(before | changes | {"version": len(self.versions) + 1})


def shown(answer: dict[str, Any]) -> dict[str, Any]:
    return {field: answer.get(field) for field in FIELDS}


class Entities(RuleBasedStateMachine):
    made = Bundle("made")

    @initialize()
    def begin(self) -> None:
        answer = client.post("/v1/campaigns", json={"name": f"Machine {next(numbers)}"})
        self.campaign, self.entities = answer.json()["id"], []

    @rule(target=made, name=NAMES, tags=TAGS, secret=SECRETS, attributes=ATTRIBUTES, state=STATES)
    def create(self, name: str, tags: list, secret: Any, attributes: dict, state: str) -> Modelled:
        body = {"name": name, "tags": tags, "attributes": attributes, "state": state, "campaign_id": self.campaign}
        answer = client.post("/v1/entities/npc", json=body | ({"secret": secret} if secret else {}))
        assert 201 == answer.status_code, answer.text
        entity = Modelled(answer.json())
        kept = {key: value for key, value in attributes.items() if value is not None}
        entity.become(
            name=name, tags=sorted({tag.lower() for tag in tags}), secret=secret, attributes=kept, state=state
        )
        self.entities.append(entity)
        return entity

    @rule(entity=made, stale=st.booleans(), name=NAMES, secret=SECRETS, attributes=ATTRIBUTES)
    def change(self, entity: Modelled, *, stale: bool, name: str, secret: Any, attributes: dict) -> None:
        version = entity.now["version"] + stale
        body = {"name": name, "secret": secret, "attributes": attributes}
        if isinstance(secret, dict) and isinstance(entity.now["secret"], dict):
            secret = entity.now["secret"] | secret
        answer = client.put(entity.url, json=body, headers={"If-Match": f'"{version}"'})
        if self.is_refused(entity, answer, stale=stale):
            return
        merged = {k: v for k, v in (entity.now["attributes"] | attributes).items() if v is not None}
        entity.become(name=name, secret=secret, attributes=merged)
        assert entity.now == shown(answer.json())

    @rule(entity=made, stale=st.booleans())
    def delete(self, entity: Modelled, *, stale: bool) -> None:
        answer = client.delete(entity.url, headers={"If-Match": str(entity.now["version"] + stale)})
        if not self.is_refused(entity, answer, stale=stale, well=204):
            entity.become()
            entity.deleted = True

    @rule(entity=made)
    def undelete(self, entity: Modelled) -> None:
        answer = client.post(f"{entity.url}/undelete")
        if entity.deleted:
            entity.become()
            entity.deleted = False
        assert (200, entity.now) == (answer.status_code, shown(answer.json()))

    @rule(entity=made, data=st.data())
    def restore(self, entity: Modelled, data: st.DataObject) -> None:
        version = data.draw(st.integers(1, len(entity.versions) + 1))
        answer = client.post(f"{entity.url}/restore", json={"version": version})
        if version > len(entity.versions):
            assert 404 == answer.status_code
        elif not self.is_refused(entity, answer):
            entity.become(**{k: v for k, v in entity.versions[version - 1].items() if k != "version"})
            assert entity.now == shown(answer.json())

    @rule(entity=made)
    def approve(self, entity: Modelled) -> None:
        answer = client.post(f"{entity.url}/approve")
        if not self.is_refused(entity, answer) and entity.now["state"] == "draft":
            entity.become(state="approved")

    @rule(entity=made)
    def look_back(self, entity: Modelled) -> None:
        answer = client.get(f"{entity.url}/history")
        if entity.deleted:
            # Owners see the history of what is deleted, and its versions.
            assert 200 == answer.status_code
        assert entity.versions == [shown(was) for was in answer.json()["items"]]

    @rule(state=st.none() | STATES, tag=st.none() | st.sampled_from(["smith", "KING"]), prefix=st.none() | st.just("e"))
    def list_some(self, state: str | None, tag: str | None, prefix: str | None) -> None:
        query = {"campaign_id": self.campaign, "state": state, "tag": tag, "name_prefix": prefix, "limit": "2"}
        query = {name: value for name, value in query.items() if value is not None}
        expected = [
            one.id for one in self.entities
            if not one.deleted and state in {None, one.now["state"]} and (not tag or tag.lower() in one.now["tags"])
            and (not prefix or one.now["name"] in {"Éowyn", "eo"})
        ]  # fmt: skip
        found, cursor = [], {}
        while True:
            page = client.get("/v1/entities/npc", params=query | cursor).json()
            assert len(expected) == page["total"]
            found += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert expected == found

    @invariant()
    def every_entity_is_as_the_model_has_it(self) -> None:
        for entity in getattr(self, "entities", ())[-2:]:
            answer = client.get(entity.url)
            if entity.deleted:
                assert 404 == answer.status_code
            else:
                assert entity.now == shown(answer.json())

    def is_refused(self, entity: Modelled, answer: Any, *, stale: bool = False, well: int = 200) -> bool:
        expected = 404 if entity.deleted else 409 if stale else well
        assert expected == answer.status_code, answer.text
        return expected != well


@pytest.fixture
def connected(connect: Connect) -> Iterator[None]:
    global client  # noqa: PLW0603 - hypothesis makes the machines, and gives them nothing
    client = connect()
    yield
    del client


@pytest.mark.usefixtures("connected")
def test_the_api_and_its_model_never_differ() -> None:
    run_state_machine_as_test(
        Entities,
        settings=settings(
            max_examples=10, stateful_step_count=12, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
