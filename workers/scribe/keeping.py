"""Keeping for good what was made as a draft: "keep that one"."""

from contracts.entities import EntityType
from core.ids import parse_id
from store.changes import ChangedEntity
from store.entities import EntityChanges
from workers.step import Outcome, StepTask

_KINDS = {kind.prefix: kind for kind in EntityType}


def keep(task: StepTask) -> Outcome:
    """Approve the entities whose public ids the plan lists under `keep`; approving twice changes nothing more."""
    changes = tuple(_approved(public_id) for public_id in task.params["keep"])
    names = [str(one["name"]) for one in task.params.get("that", {}).get("entities", ())]
    told = " and ".join(f"**{name}**" for name in names) or "it"
    return Outcome({"content": f"Kept {told}.", "entities_created": [], "entities_kept": task.params["keep"]}, changes)


def _approved(public_id: str) -> ChangedEntity:
    uuid = parse_id(public_id)
    if uuid is None:
        raise ValueError(f"{public_id!r} is not the id of an entity")
    return ChangedEntity(uuid, _KINDS[public_id.partition("_")[0]], EntityChanges(state="approved"))
