"""What a generator is given when it makes something once more."""

from uuid import UUID

import pytest

from contracts.entities import EntityType
from contracts.intents import Intent
from core.ids import seed_of
from orchestrator.followup import pointer_in, resolve
from orchestrator.plan import plan_reference
from store.requests import NewStep
from store.sessions import LatestResult, Making, Referent

REQUEST, OTHER = UUID(int=11), UUID(int=12)
MERA = Referent(UUID(int=1), EntityType.NPC, "Mera", is_draft=True, written_by=REQUEST)
SAID = {"brief": "Create a dwarven smith named Mera", "changes": ["older", "named Mara"]}


def planned(prompt: str, entity: Referent = MERA, actor: str = "world_designer.generate_npc") -> list[NewStep]:
    pointer = pointer_in(prompt)
    assert pointer is not None
    made = LatestResult(REQUEST, Intent.GENERATE_NPC, Making(actor, SAID | {"kind": "tavern"}), (entity,))
    reference = resolve(pointer, [made])
    assert reference is not None
    return plan_reference(reference)


def test_the_same_has_the_same_seed_and_all_changes_and_takes_the_place_of_its_draft() -> None:
    make, store = planned("make her taller")

    assert (["older", "named Mara", "taller"], seed_of(REQUEST)) == (make.params["changes"], make.params["seed"])
    assert ("Change Mera: taller", [MERA.public_id]) == (make.title, make.params["without"])
    assert {"entities": [MERA.public_id], "written_by": f"req_{REQUEST.hex}"} == store.params["replaces"]


@pytest.mark.parametrize(
    ("prompt", "changes", "is_another"),
    [("another one", ["older"], True), ("another one but evil", ["older", "evil"], True), ("again", None, False)],
)
def test_another_one_has_no_seed_no_name_of_the_one_before_and_a_place_of_its_own(
    prompt: str, changes: list[str] | None, is_another: object
) -> None:
    make, store = planned(prompt)

    assert (changes or SAID["changes"], is_another) == (make.params["changes"], make.params.get("another", False))
    assert ("seed" in make.params, "replaces" in store.params) == (False, False)


@pytest.mark.parametrize(("is_draft", "written_by"), [(False, REQUEST), (True, OTHER), (True, None)])
def test_who_was_approved_or_changed_is_not_replaced(is_draft: object, written_by: UUID | None) -> None:
    touched = Referent(MERA.id, MERA.type, MERA.name, bool(is_draft), written_by)

    make, store = planned("make her taller", touched)
    [renamed] = planned("call her Mara", touched)

    assert ("seed" in make.params, "replaces" in store.params) == (True, False)
    assert ({"entity": MERA.public_id, "name": "Mara"}) == {name: renamed.params[name] for name in ("entity", "name")}


def test_who_was_made_with_a_tavern_is_not_made_again_alone() -> None:
    [told] = planned("make her older", actor="world_designer.generate_content")

    assert ("whole", "Mera") == (told.params["missing"], told.params["query"])
