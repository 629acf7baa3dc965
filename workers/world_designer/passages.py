"""Which texts of a result are prose that may be told in other words, and what is true of each.

Only what is seen, heard or said: never a stat block, a secret, what is behind a rumour, or words the campaign holds.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from workers.world_designer.content.base import bullets

MOST_PASSAGES: Final = 12
"""In one question; the rest keep their template."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text.

    Attributes:
        key: Its name in the result, such as `read_aloud` or `rumour_1`.
        kind: What it is, for the model.
        template: The text of the vocabulary.
        facts: What else is true of it, by name.
        stands: The strings it stands as in the result, each with how another text would stand there.
    """

    key: str
    kind: str
    template: str
    facts: Mapping[str, str]
    stands: tuple[tuple[str, Callable[[str], str]], ...] = ()

    def put(self, value: Any, text: str) -> Any:
        """A JSON value with the text in the place of the template; names of entities stay as they are."""
        if isinstance(value, str):
            for old, new in ((self.template, _same), *self.stands):
                value = value.replace(old, new(text))
            return value
        if isinstance(value, Mapping):
            return {name: one if name == "name" else self.put(one, text) for name, one in value.items()}
        return [self.put(one, text) for one in value] if isinstance(value, list) else value


def passages_of(kind: str, result: Mapping[str, Any]) -> list[Passage]:
    """The prose of a step's result.

    Args:
        kind: `npc`, `location`, `room` or `rumour`; other kinds have none.
        result: With `entities`, and `data` where there is a typed record.
    """
    found = _MAKERS.get(kind, _none)(result)
    return [one for one in found if one.template][:MOST_PASSAGES]


def _person(result: Mapping[str, Any]) -> Iterator[Passage]:
    for entity in result["entities"][:1]:
        sheet = entity["attributes"]
        facts = {name: str(sheet[name]) for name in ("race", "gender", "occupation", "home") if sheet.get(name)}
        facts |= {"name": entity["name"], "pronouns": _PRONOUNS.get(sheet.get("gender", ""), "they, them, their")}
        yield Passage("hook", "what draws the party to this person, one sentence", sheet["hook"], facts)
        look = sheet["look"]
        yield Passage("look", "how this person looks", look, facts, ((_first(look), _first),))


def _place(result: Mapping[str, Any]) -> Iterator[Passage]:
    for entity in result["entities"][:1]:  # none when the campaign holds the place: its words stay as they are
        facts = {"name": entity["name"], "kind": str(entity["attributes"].get("kind", "place"))}
        facts |= {"culture": str(entity["attributes"]["culture"])} if entity["attributes"].get("culture") else {}
        yield Passage("read_aloud", "what is seen, heard and smelled on coming here", entity["description"], facts)


def _room(result: Mapping[str, Any]) -> Iterator[Passage]:
    room, text = result["data"], result["entities"][0]["description"]
    facts = {"theme": room["theme"], "size": f"{room['width']} by {room['depth']} feet"}
    facts |= {name: room[name] for name in ("function", "residents") if room.get(name)}
    yield Passage("read_aloud", "what is seen from the door of this room", text, facts, _bulleted(room["sentences"]))


def _rumours(result: Mapping[str, Any]) -> Iterator[Passage]:
    names = ", ".join(one["name"] for one in result["data"]["links"])
    facts = {"names": names} if names else {}
    for number, one in enumerate(result["data"]["rumours"], start=1):
        yield Passage(f"rumour_{number}", "what people say, one sentence, as somebody would say it", one["said"], facts)


def _none(_result: Mapping[str, Any]) -> Iterator[Passage]:
    return iter(())


def _same(text: str) -> str:
    return text


def _first(text: str) -> str:
    """As the short form of a person shows the look."""
    return text.split(". ", maxsplit=1)[0].rstrip(".")


def _bulleted(sentences: list[str]) -> tuple[tuple[str, Callable[[str], str]], ...]:
    """As the long form of a room shows its sentences."""
    return ((bullets(sentences), _same),)


_PRONOUNS: Final = {"female": "she, her, hers, herself", "male": "he, him, his, himself"}
_MAKERS: Final[Mapping[str, Callable[[Mapping[str, Any]], Iterator[Passage]]]] = {
    "npc": _person,
    "location": _place,
    "room": _room,
    "rumour": _rumours,
}
