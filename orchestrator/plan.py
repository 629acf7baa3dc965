"""From an intent to ordered steps, one agent each, as data: what will be done can be read before it is done.

Actors that do not exist are not planned: who asks for what no agent can do is told what can be asked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from contracts.actors import Actor
from contracts.entities import EntityType
from contracts.intents import Intent
from orchestrator.classify import Classified, mend_order
from orchestrator.content import asked_kind, content_plan
from orchestrator.followup import Reference, Way
from orchestrator.memory import Tied, change_plan, memory_plan, show_plan, tied_plan
from orchestrator.names import names_in
from orchestrator.remaking import remake
from orchestrator.statements import Change
from store.requests import NewStep
from store.sessions import Making, Referent

_ORDERS = re.compile(
    r"^\s*(?:(?:please|can you|could you|would you),?\s+)*"
    r"(?:describe|show me|tell me about|what do (?:we|you|i) know about|"
    r"remind me (?:about|of|who)|find|search(?: for)?|list|recall|look up|where (?:is|was)|who (?:is|was)|"
    r"what (?:is|was|are|does)|stats? (?:for|of)|create|make|generate|set the scene(?: (?:for|in|at))?|paint)\s+",
    re.IGNORECASE,
)
_KINDS = {
    EntityType.NPC: r"npcs?|characters?|people|persons?",
    EntityType.LOCATION: r"locations?|places?",
    EntityType.ITEM: r"items?",
    EntityType.QUEST: r"quests?",
    EntityType.FACTION: r"factions?",
    EntityType.CREATURE: r"creatures?|monsters?",
    EntityType.SESSION_NOTE: r"(?:session )?notes?",
}
_KIND_ASKED = re.compile(
    r"^(?:(?:list|show(?: me)?|find|search|give me)\s+)?(?:(?:all|which|what|every|my|our|the|of)\s+)*(?:"
    + "|".join(f"(?P<{kind.value}>{words})" for kind, words in _KINDS.items())
    + r")\b\s*(?:(?:do we (?:have|know)|are there|are|is|in (?:my|our|the|this) campaign|so far)\b)?",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"^(?:the|a|an|my|our)\s+", re.IGNORECASE)


def make_plan(classified: Classified, prompt: str) -> list[NewStep]:
    """The steps for a prompt, one to five.

    One that is not surely understood changes nothing: what it may have meant is offered.
    """
    kind = asked_kind(classified.intent, prompt)
    if kind and (classified.is_sure or classified.intent is Intent.OTHER):  # the order itself is plain then
        return content_plan(kind, mend_order(prompt))
    is_plain = classified.is_sure or classified.intent is Intent.OTHER
    if is_plain and (steps := memory_plan(classified.intent, mend_order(prompt))):
        return steps
    plan = _PLANS.get(classified.intent) if classified.is_sure else None
    return plan(mend_order(prompt)) if plan else _offer(prompt, classified)


def plan_reference(reference: Reference) -> list[NewStep]:
    """The steps for a prompt that points back; the first says under `that` what was taken as that."""
    first, *others = _REFERENCES[reference.pointer.way](reference)
    return [NewStep(first.actor, first.title, first.params | {"that": reference.as_json()}), *others]


def subject_of(prompt: str) -> str:
    """The prompt without its order: "Describe the ancient dwarven hall" gives "ancient dwarven hall"."""
    without_order = _ORDERS.sub("", prompt.strip(), count=1)
    subject = _ARTICLES.sub("", without_order).strip(" \t\r\n.!?")
    return " ".join((subject or prompt).split())[:300]


def _answer(prompt: str) -> list[NewStep]:
    return [NewStep(Actor.ANSWER_QUESTION, "Look the rule up", {"question": prompt})]


def _calculate(prompt: str) -> list[NewStep]:
    """Whoever is named is looked up first: their numbers are in the campaign, not in the prompt."""
    answer = NewStep(Actor.ANSWER_QUESTION, "Work it out", {"question": prompt})
    if not (names := names_in(prompt)):
        return [answer]
    query = " ".join(names)[:300]
    return [NewStep(Actor.RECALL_ENTITIES, "Recall who is fighting", {"query": query, "limit": 4}), answer]


def _validate(prompt: str) -> list[NewStep]:
    return [NewStep(Actor.VALIDATE_CHARACTER, "Check it against the rules", {"subject": prompt})]


def _generate_npc(prompt: str) -> list[NewStep]:
    return [
        NewStep(Actor.GENERATE_NPC, "Make the character", {"brief": prompt}),
        NewStep(Actor.STORE_ENTITIES, "Keep it in the campaign"),
    ]


def _describe(prompt: str) -> list[NewStep]:
    return [
        NewStep(Actor.RECALL_ENTITIES, "Recall what the campaign knows", {"query": subject_of(prompt), "limit": 6}),
        NewStep(Actor.DESCRIBE_LOCATION, "Describe the place", {"brief": prompt}),
        NewStep(Actor.STORE_ENTITIES, "Keep what is new"),
    ]


def _generate_dungeon(prompt: str) -> list[NewStep]:
    return [NewStep(Actor.GENERATE_DUNGEON, "Lay the dungeon out and fill its rooms", {"prompt": prompt})]


def _store(prompt: str) -> list[NewStep]:
    return [NewStep(Actor.STORE_ENTITIES, "Keep it in the campaign", {"note": prompt})]


def _recall(prompt: str) -> list[NewStep]:
    params = {"query": subject_of(prompt), "answer": "matches"}
    if match := _KIND_ASKED.match(prompt.strip()):
        # "Which npcs are dwarves?" looks for dwarves among the persons; "list all npcs" leaves nothing to look for.
        words = prompt.strip()[match.end() :].strip(" \t\r\n.!?,:")
        params |= {"type": str(match.lastgroup), "query": words[:300]}
    return [NewStep(Actor.RECALL_ENTITIES, "Search the campaign", params)]


def _offer(prompt: str, classified: Classified) -> list[NewStep]:
    """Nothing is written for a prompt nobody understood: what the campaign has is shown, and what can be asked."""
    params: dict[str, Any] = {"query": subject_of(prompt), "answer": "offer"}
    if not classified.is_sure:
        params["readings"] = classified.readings
    return [NewStep(Actor.RECALL_ENTITIES, "Offer what can be done", params)]


def offer_without_referent(prompt: str) -> list[NewStep]:
    """For a prompt that points back where there is nothing: "keep that one" as the first words of a session."""
    params = {"query": subject_of(prompt), "answer": "offer", "missing": "that"}
    return [NewStep(Actor.RECALL_ENTITIES, "Offer what can be done", params)]


def _keep(reference: Reference) -> list[NewStep]:
    kept = [one.public_id for one in reference.entities]
    return [NewStep(Actor.STORE_ENTITIES, f"Keep {_told(reference.entities)} for good", {"keep": kept})]


def _ask(reference: Reference) -> list[NewStep]:
    meant = reference.entities[:1]
    return show_plan(f"Look {_told(meant)} up", entity_id=meant[0].public_id, asked=reference.pointer.asked)


def _set(reference: Reference) -> list[NewStep]:
    """One thing about an entity that stands already: "set his alignment to neutral"."""
    change = reference.pointer.stated
    assert change is not None  # noqa: S101 - what makes a pointer of this way
    return change_plan(replace(change, subject=_told(reference.entities)), entity=reference.entities[0].public_id)


def _make_again(reference: Reference) -> list[NewStep]:
    """The generator that made it makes it once more; who stands for good already gets a new name and nothing else."""
    new_name = reference.pointer.new_name
    made_alone = reference.latest.made is not None and not reference.is_one_of_several
    if new_name and reference.entities and not (made_alone and reference.is_as_made):
        renamed = Change(_told(reference.entities[:1]), name=new_name)
        return change_plan(renamed, entity=reference.entities[0].public_id)
    if reference.latest.made is None or reference.is_one_of_several:
        params = {"query": _told(reference.entities), "answer": "offer", "missing": "whole"}
        return [NewStep(Actor.RECALL_ENTITIES, "Tell how it can be changed", params)]
    return remake(reference, _as_made(reference.latest.made))


def _as_made(made: Making) -> list[NewStep]:
    """The steps that made something, from the parameters of the one that generated it."""
    if made.actor == Actor.GENERATE_CONTENT:
        return content_plan(made.params["kind"], "")
    if "tied" in made.params:
        return tied_plan(Tied(**made.params["tied"]))
    return _GENERATORS[Actor(made.actor)](str(made.params.get("brief") or made.params.get("prompt") or ""))


def _told(entities: Sequence[Referent]) -> str:
    """The names, of many the first three."""
    names = [one.name for one in entities]
    more = [f"{len(names) - 3} more"] if len(names) > 3 else []
    return " and ".join([*names[:3], *more])[:200]


_PLANS: Final[Mapping[Intent, Callable[[str], list[NewStep]]]] = {
    Intent.RULES_LOOKUP: _answer,
    Intent.COMBAT_CALCULATION: _calculate,
    Intent.VALIDATE_RULE: _validate,
    Intent.GENERATE_NPC: _generate_npc,
    Intent.GENERATE_LOCATION_DESCRIPTION: _describe,
    Intent.GENERATE_DUNGEON: _generate_dungeon,
    Intent.GENERATE_TREASURE_OR_ITEM: _answer,  # a question about it; an order is content
    Intent.STORE_ENTITY: _store,
    Intent.RETRIEVE_ENTITY: _recall,
    Intent.SEARCH_CAMPAIGN: _recall,
}
_GENERATORS: Final[Mapping[Actor, Callable[[str], list[NewStep]]]] = {
    Actor.GENERATE_NPC: _generate_npc,
    Actor.DESCRIBE_LOCATION: _describe,
    Actor.GENERATE_DUNGEON: _generate_dungeon,
}
_REFERENCES: Final[Mapping[Way, Callable[[Reference], list[NewStep]]]] = {
    Way.KEEP: _keep,
    Way.ASK: _ask,
    Way.SET: _set,
    Way.CHANGE: _make_again,
    Way.AGAIN: _make_again,
    Way.ANOTHER: _make_again,
}
