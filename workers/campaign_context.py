"""What the campaign knows that a step may need: left by the Scribe in its result, read by the agents after it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Self

RESULT_KEY = "context"
"""Where it stands in a step's result."""


@dataclass(frozen=True, slots=True)
class Known:
    """One entity of the campaign; `id` is its public id, `score` how well it fits the prompt, 0 to 1."""

    id: str
    type: str
    name: str
    description: str
    attributes: dict[str, Any] = field(default_factory=dict)
    score: float = 1.0


@dataclass(frozen=True, slots=True)
class Tie:
    """A relationship between two entities, by their public ids and names."""

    source: str
    source_name: str
    kind: str
    target: str
    target_name: str


@dataclass(frozen=True, slots=True)
class CampaignContext:
    """What is known around a prompt.

    Attributes:
        named: Entities that the prompt names, the surest first.
        related: Entities that have to do with the prompt without being named.
        neighbours: What stands in a relationship with those named or with the location.
        ties: These relationships.
        location: Where the party is.
        session: Notes and earlier prompts of this session, the latest first.
    """

    named: tuple[Known, ...] = ()
    related: tuple[Known, ...] = ()
    neighbours: tuple[Known, ...] = ()
    ties: tuple[Tie, ...] = ()
    location: Known | None = None
    session: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """For a step's result."""
        return asdict(self)

    @classmethod
    def from_json(cls, read: Mapping[str, Any]) -> Self:
        """From a step's result."""
        return cls(
            named=tuple(Known(**each) for each in read["named"]),
            related=tuple(Known(**each) for each in read["related"]),
            neighbours=tuple(Known(**each) for each in read["neighbours"]),
            ties=tuple(Tie(**each) for each in read["ties"]),
            location=Known(**read["location"]) if read["location"] else None,
            session=tuple(read["session"]),
        )

    @classmethod
    def of(cls, prior: Mapping[int, Mapping[str, Any]]) -> Self:
        """The newest one among the results of earlier steps; an empty one when there is none."""
        for number in sorted(prior, reverse=True):
            if found := prior[number].get(RESULT_KEY):
                return cls.from_json(found)
        return cls()
