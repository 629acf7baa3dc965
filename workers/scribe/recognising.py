"""Before something is stored: is it there already, and does it agree with what is there?

Nothing a Dungeon Master wants kept is lost, and nothing stored is overwritten: the same thing again is recognised and
offered; what is new about it becomes a note; what disagrees is told as a warning.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from contracts.entities import EntityType
from core.ids import prefixed
from store.changes import NewEntity, NewRelationship
from store.entities import Entity
from workers.scribe.facts import Contradiction, contradictions, read_facts
from workers.scribe.repository import ScribeRepository
from workers.step import Outcome, StepTask

ABOUT: Final = "is about"
"""The relationship of a note to what it is about."""


def recognise(repository: ScribeRepository, task: StepTask, outcome: Outcome) -> Outcome:
    """The outcome of a store step, with what is known already taken out of it and warnings put in."""
    made = [change for change in outcome.changes if isinstance(change, NewEntity)]
    if "note" not in task.params:
        return _warned(outcome, [_same_name(old) for _, old in _known(repository, task, made)])
    [new] = made
    warnings = [str(each) for each in _disagreements(repository, task, new)]
    for _, old in _known(repository, task, made):
        return _warned(_noted(outcome, new, old), warnings, tell=True)
    return _warned(outcome, warnings, tell=True)


def _known(
    repository: ScribeRepository, task: StepTask, made: Iterable[NewEntity]
) -> Iterable[tuple[NewEntity, Entity]]:
    for new in made:
        old = repository.named(task.principal, task.campaign_id, new.name, kind=new.type)
        if old is not None and (new.type is not EntityType.SESSION_NOTE or _adds_nothing(new, old)):
            yield new, old


def _disagreements(repository: ScribeRepository, task: StepTask, new: NewEntity) -> list[Contradiction]:
    """What the note says otherwise than the campaign: attributes of the thing itself, and facts about anything."""
    text = str(task.params["note"])
    told = {(new.name, attribute): value for attribute, value in new.attributes.items()}
    told |= {(fact.subject, fact.attribute): fact.value for fact in read_facts(text)}
    found: list[Contradiction] = []
    for (subject, attribute), value in told.items():
        old = repository.named(task.principal, task.campaign_id, subject)
        if old is not None:
            found += contradictions(old.name, old.attributes, [(attribute, value)])
    return found


def _noted(outcome: Outcome, new: NewEntity, old: Entity) -> Outcome:
    """In place of the same thing again: nothing, or a note of what is new about it."""
    kind = old.type.value.replace("_", " ")
    known = f"The campaign already has the {kind} **{old.name}** ({old.public_id})"
    if _adds_nothing(new, old):
        result = {"content": f"{known}; I stored nothing twice.", "entities_created": [], "existing": old.public_id}
        return Outcome(result)
    note = replace(new, type=EntityType.SESSION_NOTE, attributes={})
    result = {
        "content": f"{known}. I kept what you said as a note about it.",
        "entities_created": [prefixed(note.type.prefix, note.id)],
        "existing": old.public_id,
    }
    return replace(outcome, result=result, changes=(note, NewRelationship(note.id, old.id, ABOUT)))


def _adds_nothing(new: NewEntity, old: Entity) -> bool:
    return _plain(new.description) in _plain(old.description)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!")


def _same_name(old: Entity) -> str:
    kind = old.type.value.replace("_", " ")
    return f"The campaign already has the {kind} {old.name} ({old.public_id}); this is another one of that name"


def _warned(outcome: Outcome, warnings: Sequence[str], *, tell: bool = False) -> Outcome:
    """The outcome with warnings; `tell` them in its content as well."""
    if not warnings:
        return outcome
    result = outcome.result | {"warnings": [*outcome.result.get("warnings", ()), *warnings]}
    if tell:
        listed = "\n".join(f"- {warning}" for warning in warnings)
        result["content"] = f"{result['content']}\n\nThis does not agree with the campaign:\n\n{listed}"
    return replace(outcome, result=result)
