"""The campaign around a prompt, for the agents that work after the Scribe.

named      entities whose name stands in the prompt, also with a wrong letter
related    entities that have to do with it
neighbours one relationship away from those named and from the location
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from store.entities import Entity
from store.relation_rows import Relationship
from store.search import Hit
from workers.campaign_context import CampaignContext, Known, Tie
from workers.scribe.naming import resolve
from workers.scribe.repository import ScribeRepository
from workers.step import StepTask

_NAMED: Final = 0.6
"""From this much evidence in the name on, the prompt names the entity: one letter in eight may be wrong."""
_RELATED: Final = 0.35
_MOST_NAMED: Final = 5
_MOST_RELATED: Final = 5
_MOST_NEIGHBOURS: Final = 15


def resolved(repository: ScribeRepository, task: StepTask) -> dict[str, Entity]:
    """Whom the plan's `names` mean, by the name as it was given.

    Raises:
        UnknownName: One of them is nobody's; the steps after this one do not run.
    """
    return {str(name): resolve(repository, task, str(name)) for name in task.params.get("names", ())}


def gather_context(
    repository: ScribeRepository, task: StepTask, meant: Mapping[str, Entity] = MappingProxyType({})
) -> CampaignContext:
    """Everything the campaign knows that has to do with the prompt; `meant` are named, whatever the search says."""
    query = str(task.params.get("query") or task.prompt)
    hits = repository.find(task.principal, task.campaign_id, query, limit=30).results
    sure = {one.id: one for one in meant.values()}
    others = [hit for hit in hits if hit.uuid not in sure]
    named = [hit for hit in others if hit.evidence and hit.evidence.name >= _NAMED][: _MOST_NAMED - len(sure)]
    related = [hit for hit in others if hit not in named and hit.score >= _RELATED][:_MOST_RELATED]
    location = repository.get(task.principal, task.campaign_id, task.location_id) if task.location_id else None
    centres = [*sure, *(hit.uuid for hit in named)] + ([location.id] if location else [])
    ties = list(
        {
            tie.id: tie for centre in centres for tie in repository.ties(task.principal, task.campaign_id, centre)
        }.values()
    )
    return CampaignContext(
        named=(*(known(one) for one in sure.values()), *(known_hit(hit) for hit in named)),
        related=tuple(known_hit(hit) for hit in related),
        neighbours=tuple(_neighbours(repository, task, ties, {*centres})),
        ties=tuple(tie_of(tie) for tie in ties),
        location=known(location) if location else None,
        session=tuple(repository.session(task.request_id)),
    )


def told_ties(context: CampaignContext, meant: Sequence[Entity]) -> str:
    """What the entities asked about belong to, a line a relationship; of two, what is between them stands first."""
    ids = {one.public_id for one in meant}
    own = [tie for tie in context.ties if ids & {tie.source, tie.target}]
    own.sort(key=lambda tie: not ids >= {tie.source, tie.target})
    names = " and ".join(f"**{one.name}**" for one in meant)
    if not own:
        return f"The campaign holds no relationship of {names}."
    lines = [f"- {tie.source_name} {tie.kind} {tie.target_name}" for tie in own]
    return "\n".join([f"{names} in the campaign:", "", *lines])


def _neighbours(
    repository: ScribeRepository, task: StepTask, ties: Sequence[Relationship], centres: Iterable[object]
) -> Iterable[Known]:
    ends = {end.id: end for tie in ties for end in (tie.source, tie.target) if end.id not in centres}
    for end in list(ends.values())[:_MOST_NEIGHBOURS]:
        if entity := repository.get(task.principal, task.campaign_id, end.id):
            yield known(entity)


def known(entity: Entity) -> Known:
    """An entity as agents read it."""
    attributes = entity.attributes | ({"secret": entity.secret} if entity.secret else {})
    return Known(entity.public_id, entity.type.value, entity.name, entity.description, attributes)


def known_hit(hit: Hit) -> Known:
    """A hit as agents read it."""
    return Known(hit.entity_id, hit.entity_type.value, hit.name, hit.description, hit.attributes, round(hit.score, 4))


def tie_of(tie: Relationship) -> Tie:
    """A relationship as agents read it."""
    return Tie(tie.source.public_id, tie.source.name, tie.kind, tie.target.public_id, tie.target.name)
