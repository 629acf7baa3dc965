"""What all generated content is made of: a typed record, its two pages, and the drafts it leaves in the campaign."""

import functools
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

import rules
from contracts.entities import EntityType
from contracts.generators import Form
from workers.world_designer.content.campaign import Known

_WORDS: Final = Path(__file__).parents[1] / "vocabulary"


class Part(BaseModel):
    """A part of a record: frozen, no unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Link(Part):
    """Something the campaign holds that is used here; `role` says as what."""

    id: str
    type: str
    name: str
    role: str


class Content(Part):
    """A record of generated content. The same seed, generator and data versions, brief and campaign give the same one.

    `source` names the tables its numbers are from; `data_version` is a hash of the rule tables, the creatures and our
    own words.
    """

    title: str
    hook: str
    links: tuple[Link, ...] = ()
    source: tuple[str, ...] = ()
    generator: str
    data_version: str
    seed: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An entity to be stored as a draft; its relations lead to other drafts by number, or to stored entities by id.

    `dm_only` names the attributes that players must not read, also when the draft is approved.
    """

    type: EntityType
    name: str
    description: str
    attributes: dict[str, Any] = field(default_factory=dict)
    dm_only: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As the Scribe's next step reads it; an attribute `secret` is stored apart from what everybody reads."""
        hidden = {name: self.attributes[name] for name in self.dm_only if self.attributes.get(name)}
        shown = {name: value for name, value in self.attributes.items() if name not in self.dm_only}
        return {
            "type": self.type.value,
            "name": self.name[:200],
            "description": self.description,
            "attributes": shown | ({"secret": hidden} if hidden else {}),
            "state": "draft",
        }


@dataclass(frozen=True, slots=True)
class Relation:
    """`source` stands in the relation `kind` to `target`; each a number of a draft or the id of a stored entity."""

    source: int | str
    kind: str
    target: int | str


@dataclass(frozen=True, slots=True)
class Made:
    """What a generator gives back."""

    record: Content
    short: str
    long: str
    drafts: tuple[Draft, ...] = ()
    relations: tuple[Relation, ...] = ()

    def page(self, form: Form) -> str:
        """The Markdown that was asked for."""
        return self.short if form == "short" else self.long

    def as_result(self, form: Form) -> dict[str, Any]:
        """The step's result, JSON values."""
        return {
            "content": self.page(form),
            "data": self.record.model_dump(mode="json"),
            "entities": [draft.as_json() for draft in self.drafts],
            "relations": [{"source": one.source, "kind": one.kind, "target": one.target} for one in self.relations],
            "source": list(self.record.source),
            "seed": self.record.seed,
        }


@functools.cache
def data_version() -> str:
    """One hash of everything that output is made from besides the code: rule tables, creatures, words."""
    digest = hashlib.sha256()
    for part in (rules.default_rulebook().version, rules.default_bestiary().version):
        digest.update(part.encode() + b"\0")
    for path in sorted(_WORDS.rglob("*.json")) + sorted(_WORDS.rglob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


def link(known: Known, role: str) -> Link:
    """A stored entity as it is used in a record."""
    return Link(id=known.id, type=known.type, name=known.name, role=role)


def relations_to(links: Sequence[Link], *, source: int = 0) -> tuple[Relation, ...]:
    """A relation from a draft to each linked entity, named by its role."""
    return tuple(Relation(source, one.role, one.id) for one in links)


def page(*parts: str) -> str:
    """Markdown paragraphs, the empty ones left out."""
    return "\n\n".join(filter(None, parts))


def bullets(lines: Sequence[str]) -> str:
    """A Markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def labelled(**parts: str) -> str:
    """`**Look.** text` lines as one paragraph each; an underscore in a label is a blank."""
    return "\n\n".join(f"**{name.replace('_', ' ')}.** {text}" for name, text in parts.items() if text)
