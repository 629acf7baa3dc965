"""Plans for what the Scribe does by itself: change, relate, show, sum up, and tell what belongs to what.

Whoever is named must be there before anything is written: a step that finds nobody of the name ends its request, says
which two are nearest, and the steps after it never run.
"""

from dataclasses import asdict, dataclass
from typing import Any, Final

from contracts.actors import Actor
from contracts.intents import Intent
from core.ids import parse_id
from orchestrator.asking import ENTITY_ID, KNOWN_OF, MARRIED, NEW, SHOWN, SUMMARY, TIES, WHOLE_CAMPAIGN
from orchestrator.statements import PRONOUNS, Change, Relation, plain_name, stated_change, stated_relation
from store.requests import NewStep

_GENERATING: Final = frozenset({Intent.GENERATE_NPC, Intent.STORE_ENTITY, Intent.UPDATE_ENTITY})
_READING: Final = frozenset({Intent.RETRIEVE_ENTITY, Intent.SEARCH_CAMPAIGN, Intent.OTHER})


@dataclass(frozen=True, slots=True)
class Tied:
    """Somebody new who belongs to somebody known: "a gruff rival for Borin in Ashford"."""

    role: str
    to: str
    looks: str = ""
    place: str | None = None
    name: str | None = None

    @property
    def brief(self) -> str:
        """What the generator is asked for."""
        called = f" named {self.name}" if self.name else ""
        return f"Create {' '.join(f'a {self.looks} {self.role}'.split())}{called}"

    @property
    def kind(self) -> str:
        """The relationship of the new one to the known."""
        if self.role in MARRIED:
            return "is married to"
        return f"is {'an' if self.role[0] in 'aeiou' else 'a'} {self.role} of"


def memory_plan(intent: Intent, prompt: str) -> list[NewStep] | None:
    """The steps for what the Scribe is asked; None when another plan serves the prompt.

    Args:
        intent: What the prompt was surely taken for, or `other`.
        prompt: With its order spelled right.
    """
    if intent in _GENERATING and (tied := tied_in(prompt)):
        return tied_plan(tied)
    if intent is Intent.UPDATE_ENTITY:
        return _update(prompt)
    return _read(prompt) if intent in _READING else None


def tied_in(prompt: str) -> Tied | None:
    """Whom a prompt wants made who belongs to somebody it names."""
    text = " ".join(prompt.replace("\u2019", "'").split())
    for pattern in NEW:
        if (match := pattern.match(text)) and match["to"].casefold() not in {*PRONOUNS, "me", "us", "the party"}:
            said = match.groupdict()
            name = said.get("name") or said.get("name_later")
            place = plain_name(said["place"]) if said["place"] else None
            return Tied(said["role"].lower(), plain_name(said["to"]), said["looks"].strip(), place, name)
    return None


def tied_plan(tied: Tied) -> list[NewStep]:
    """Recall whom it is about, make, keep, relate."""
    names = [tied.to, *([tied.place] if tied.place else [])]
    ties = [{"kind": tied.kind, "to": tied.to}, *([{"kind": "lives in", "to": tied.place}] if tied.place else [])]
    return [
        NewStep(Actor.GATHER_CONTEXT, f"Recall {' and '.join(names)}", {"query": " ".join(names), "names": names}),
        NewStep(Actor.GENERATE_NPC, "Make the character", {"brief": tied.brief, "tied": asdict(tied)}),
        NewStep(Actor.STORE_ENTITIES, "Keep it in the campaign"),
        NewStep(Actor.RELATE_ENTITIES, f"Relate it to {' and '.join(names)}", {"ties": ties}),
    ]


def change_plan(change: Change, *, entity: str | None = None) -> list[NewStep]:
    """Change one entity, by its name or the given public id."""
    params = {"entity": entity or change.subject} | change.as_params()
    return [NewStep(Actor.UPDATE_ENTITY, f"Change {change.subject}"[:200], params)]


def show_plan(title: str, **params: Any) -> list[NewStep]:
    """One entity whole."""
    return [NewStep(Actor.RETRIEVE_ENTITY, title[:200], params)]


def _update(prompt: str) -> list[NewStep]:
    if relation := stated_relation(prompt):
        return _relate(relation)
    change = stated_change(prompt)
    if change is None or change.subject.casefold() in PRONOUNS:
        missing = "change" if change is None else "that"
        offer = {"query": prompt[:300], "answer": "offer", "missing": missing}
        return [NewStep(Actor.RECALL_ENTITIES, "Ask what is to be changed", offer)]
    return change_plan(change)


def _relate(relation: Relation) -> list[NewStep]:
    return [NewStep(Actor.RELATE_ENTITIES, f"Relate {relation.source} to {relation.target}"[:200], asdict(relation))]


def _read(prompt: str) -> list[NewStep] | None:
    text = " ".join(prompt.replace("\u2019", "'").split())[:400]
    if (found := ENTITY_ID.search(text)) and parse_id(found[0]):
        return show_plan(f"Show {found[0]}", entity_id=found[0])
    if match := SUMMARY.match(text):
        return _sum_up(match["of"])
    if match := next(filter(None, (pattern.match(text) for pattern in TIES)), None):
        names = [plain_name(name) for name in match.groupdict().values() if name]
        params = {"query": " ".join(names), "names": names, "answer": "ties"}
        return [NewStep(Actor.GATHER_CONTEXT, f"Look up what belongs to {' and '.join(names)}", params)]
    if match := next(filter(None, (pattern.match(text) for pattern in SHOWN)), None):
        name = plain_name(match["name"])
        return None if name.casefold() in PRONOUNS else show_plan(f"Show {name}", name=name)
    return None


def _sum_up(of: str) -> list[NewStep] | None:
    if WHOLE_CAMPAIGN.fullmatch(of):
        return [NewStep(Actor.SUMMARIZE, "Sum the campaign up")]
    name = plain_name(KNOWN_OF.sub("", of))
    if name.casefold() in PRONOUNS:
        return None
    return [NewStep(Actor.SUMMARIZE, f"Sum up what is known of {name}"[:200], {"name": name})]
