"""What the campaign already holds, for generators: they name it and link to it, and never say otherwise."""

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from workers.world_designer.prose import quoted


@dataclass(frozen=True, slots=True)
class Known:
    """A stored entity. `id` has its prefix."""

    id: str
    type: str
    name: str
    description: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """Its name as it may stand in Markdown."""
        return quoted(self.name, longest=80)


_WORD: Final = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_SETTLED: Final = frozenset({"city", "town", "kingdom"})
_DEAD: Final = re.compile(r"\b(?:dead|died|deceased|killed|slain|murdered|destroyed|late)\b", re.IGNORECASE)


class Campaign:
    """The people and places a generator may use, those that were named in the order first.

    Args:
        known: Stored entities, the ones that matter most first.
    """

    def __init__(self, known: Sequence[Known] = ()) -> None:
        self._known = tuple(known)

    def without(self, ids: Collection[str]) -> "Campaign":
        """The campaign as it would be without these entities."""
        return Campaign([one for one in self._known if one.id not in ids]) if ids else self

    @property
    def known(self) -> tuple[Known, ...]:
        """All of it, the ones that matter most first."""
        return self._known

    def named(self, name: str | None, *types: str) -> Known | None:
        """The stored entity of this name, whatever its capitals; one of these types when any are given."""
        wanted = _plain(name or "")
        fitting = (one for one in self._known if not types or one.type in types)
        return next((one for one in fitting if wanted and _plain(one.name) == wanted), None)

    def mentioned(self, text: str) -> tuple[Known, ...]:
        """The living and standing whose name stands in the text as whole words, in the order of the text."""
        flat = f" {' '.join(_WORD.findall(text.casefold()))} "
        found = [(flat.find(f" {' '.join(_WORD.findall(_plain(one.name)))} "), one) for one in self._known]
        named = [(place, -len(one.name), one.id, one) for place, one in found if place >= 0 and not _is_gone(one)]
        return tuple(one for *_, one in sorted(named, key=lambda each: each[:3]))

    def by_uuid(self, wanted: UUID) -> Known | None:
        """The stored entity of this id; None when it is not among those known."""
        return next((one for one in self._known if one.id.endswith(wanted.hex)), None)

    def living(self, *types: str) -> tuple[Known, ...]:
        """Those of these types that are neither dead nor destroyed, the ones that matter most first."""
        return tuple(one for one in self._known if one.type in types and not _is_gone(one))

    def some(self, rng: random.Random, *types: str, without: Collection[str] = ()) -> Known | None:
        """One stored entity of these types, drawn among the first few; None when there is none left.

        The dead are left alone: whoever is written down as dead is not made to speak.
        """
        fitting = [one for one in self.living(*types) if one.id not in without]
        return rng.choice(fitting[:8]) if fitting else None

    def wild_place(self, rng: random.Random) -> Known | None:
        """A stored place where nobody keeps house, such as a mill, a mine or a wood; None when there is none."""
        fitting = [one for one in self._known if one.type in {"location", "dungeon"} and not _is_settled(one)]
        return rng.choice(fitting[:8]) if fitting else None

    def settlement(self, rng: random.Random) -> Known | None:
        """A stored place where people live; None when there is none."""
        fitting = [one for one in self._known if one.type == "location" and _is_settled(one)]
        return rng.choice(fitting[:8]) if fitting else None


def _plain(name: str) -> str:
    return re.sub(r"^(?:the|a|an) ", "", " ".join(name.casefold().split()))


def _is_gone(one: Known) -> bool:
    return one.attributes.get("status") in {"dead", "destroyed"} or bool(_DEAD.search(one.description))


def _is_settled(one: Known) -> bool:
    return one.attributes.get("location_type") in _SETTLED or "population" in one.attributes
