"""What was made again takes the place of the draft it was: the same entity, its next version, its history kept.

Only drafts that nobody has approved or changed since are replaced; else what was made again is stored beside them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from core.ids import parse_id, prefixed
from store.changes import Change, ChangedEntity, DeletedEntity, NewEntity
from store.entities import Entity, EntityChanges
from workers.scribe.repository import ScribeRepository
from workers.step import StepTask


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the things made are stored.

    Attributes:
        made: With the ids under which they are stored.
        changes: What writes them.
        created: Public ids of those that are new.
        changed: Public ids of those that are next versions.
    """

    made: tuple[NewEntity, ...]
    changes: tuple[Change, ...]
    created: tuple[str, ...]
    changed: tuple[str, ...] = ()


def place(repository: ScribeRepository, task: StepTask, made: Sequence[NewEntity]) -> Placed:
    """Put what was made in the place of the drafts named by the step's `replaces`, each by its type and order.

    What has no draft to replace is new; a draft that is left over has no part in it any more and is deleted.
    """
    left = _untouched(repository, task) if made else []
    placed, changes = [], []
    for new in made:
        old = next((one for one in left if one.type is new.type), None)
        if old is not None:
            left.remove(old)
        placed.append(new if old is None else replace(new, id=old.id))
        changes.append(new if old is None else _next_version(old, new))
    gone = [DeletedEntity(one.id, one.type, one.version) for one in left]
    return Placed(
        tuple(placed),
        (*changes, *gone),
        tuple(_ids(new for new, one in zip(placed, changes, strict=True) if isinstance(one, NewEntity))),
        tuple(_ids(new for new, one in zip(placed, changes, strict=True) if isinstance(one, ChangedEntity))),
    )


def _untouched(repository: ScribeRepository, task: StepTask) -> list[Entity]:
    """The drafts to replace, if all are as the request left them that wrote them."""
    named = task.params.get("replaces")
    if not named:
        return []
    ids = [uuid for one in named["entities"] if (uuid := parse_id(one))]
    written_by = parse_id(named["written_by"])
    found = repository.drafts_of(task.principal, task.campaign_id, ids, written_by) if written_by else []
    return found if len(found) == len(ids) else []


def _next_version(old: Entity, new: NewEntity) -> ChangedEntity:
    attributes = {name: None for name in old.attributes if name not in new.attributes} | dict(new.attributes)
    changes = EntityChanges(
        name=new.name,
        description=new.description,
        attributes=attributes,
        drop_secret="secret" not in new.attributes,
    )
    return ChangedEntity(old.id, old.type, changes, old.version)


def _ids(entities: Iterable[NewEntity]) -> Iterable[str]:
    return (prefixed(one.type.prefix, one.id) for one in entities)
