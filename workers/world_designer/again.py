"""A step that makes something once more: what its plan says, and how its result is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from workers.step import StepTask
from workers.world_designer.telling_changes import Difference, not_understood, nothing_changed, told


@dataclass(frozen=True, slots=True)
class Again:
    """What a plan says of something made before.

    Attributes:
        said: The words of each change, the first one first; none for something new.
        is_same: It is the same thing with a difference, from the same dice.
        is_another: Another one of the kind, which has not the other's name.
        without: Public ids of what was made before, which is no part of the campaign for this.
    """

    said: tuple[str, ...] = ()
    is_same: bool = False
    is_another: bool = False
    without: frozenset[str] = frozenset()

    @classmethod
    def of(cls, task: StepTask) -> Self:
        """From the step's `changes`, `seed`, `another` and `without`."""
        params = task.params
        said = tuple(str(one) for one in params.get("changes", ()))
        return cls(
            said, bool(said) and "seed" in params, bool(params.get("another")), frozenset(params.get("without", ()))
        )

    def refusal(
        self, *, name: str, can: str, differences: Sequence[Difference], unknown: Sequence[str]
    ) -> dict[str, Any] | None:
        """The result when the last words cannot be understood or change nothing; None when something is made."""
        if unknown:
            return not_understood(unknown, name=name, can=can)
        return nothing_changed(name=name) if self.is_same and not differences else None

    def told(self, result: Mapping[str, Any], differences: Iterable[Difference], *, what: str) -> dict[str, Any]:
        """The result with what was changed, as its first line and as data."""
        changed = list(differences)
        if not (self.is_same and changed):
            return dict(result)
        content = f"{told(changed, what=what)}\n\n{result['content']}"
        return {**result, "content": content, "changed": changed}


def seed_in(task: StepTask) -> int:
    """The seed that the plan gives, else that of the request."""
    seed = task.params.get("seed")
    return task.seed if seed is None else int(seed)
