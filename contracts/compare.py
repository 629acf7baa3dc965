"""Whether the contracts still hold what the last release promised: `python -m contracts.compare`.

What was released is contracts/released/v1.json. Within v1 a field may come to a response, and an optional one to a
request; nothing is removed, renamed, made required, narrowed for who sends or widened for who reads.
`python -m contracts.compare --release` makes the contracts of now the released ones.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent
RELEASED: Final = FOLDER / "released" / "v1.json"

Schema = dict[str, Any]

_LOWER: Final = ("minimum", "minLength", "minItems")
_UPPER: Final = ("maximum", "maxLength", "maxItems")
_TEXTS: Final = frozenset({"description", "examples", "title", "$schema"})
_MISSING: Final[Any] = object()


def current() -> dict[str, Schema]:
    """The schemas of now, by their file below v1/ without `.json`, without what is only said to people."""
    files = sorted((FOLDER / "v1").rglob("*.json"))
    return {
        path.relative_to(FOLDER / "v1").with_suffix("").as_posix(): _bare(json.loads(path.read_text("utf-8")))
        for path in files
    }


def breaking_changes(old: dict[str, Schema], new: dict[str, Schema]) -> list[str]:
    """What somebody who holds to the old schemas would stumble over, one line each."""
    found: list[str] = []
    for name, schema in old.items():
        if name in new:
            found += _Comparison(name, is_sent=_is_sent(name)).of(schema, new[name], "")
        else:
            found.append(f"{name}: is gone")
    return found


def _is_sent(name: str) -> bool:
    """Whether clients write what the schema describes; what both write and read is held to both rules' stricter one."""
    return name.startswith(("requests/", "briefs/"))


class _Comparison:
    """One schema with its successor.

    Args:
        name: For the lines.
        is_sent: True for a request, which must not ask for more; False for an answer, which must not promise less.
    """

    def __init__(self, name: str, *, is_sent: bool) -> None:
        self._name, self._is_sent = name, is_sent

    def of(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """The breaking changes at this place and below."""
        yield from self._fields(old, new, place)
        yield from self._required(old, new, place)
        yield from self._bounds(old, new, place)
        for key in ("type", "$ref", "format", "pattern", "const"):
            if old.get(key) != new.get(key) and not self._is_allowed(old.get(key, _MISSING), new.get(key, _MISSING)):
                yield self._line(place, f"{key} was {old.get(key)!r} and is {new.get(key)!r}")
        yield from self._values(old, new, place)
        yield from self._inner(old, new, place)

    def _is_allowed(self, old: Any, new: Any) -> bool:
        """A request may ask for less than it did, an answer may promise more than it did."""
        return new is _MISSING if self._is_sent else old is _MISSING

    def _fields(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        for group in ("properties", "definitions"):
            for field, shape in old.get(group, {}).items():
                there = f"{place}/{field}" if group == "properties" else f"{place}#{field}"
                if field in new.get(group, {}):
                    yield from self.of(_shape(shape), _shape(new[group][field]), there)
                elif group == "properties":
                    yield self._line(there, "is gone")
        closes = old.get("additionalProperties", True) is not False and new.get("additionalProperties", True) is False
        if self._is_sent and closes:
            yield self._line(place, "takes no other fields any more")

    def _required(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        before, after = set(old.get("required", [])), set(new.get("required", []))
        changed = after - before if self._is_sent else before - after
        word = "is required now" if self._is_sent else "is not promised any more"
        for field in sorted(changed):
            yield self._line(f"{place}/{field}", word)

    def _bounds(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        if not self._is_sent:
            return
        for key, sign in [*((key, 1) for key in _LOWER), *((key, -1) for key in _UPPER)]:
            if key in new and (key not in old or sign * new[key] > sign * old[key]):
                yield self._line(place, f"{key} was {old.get(key, 'open')} and is {new[key]}")

    def _values(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        """A request keeps the words it took; to an answer no word comes that readers do not know."""
        before, after = old.get("enum"), new.get("enum")
        if before is None and after is None:
            return
        if before is None or after is None:
            if (before is None) == self._is_sent:
                yield self._line(place, "the words that are allowed have changed")
            return
        for word in before if self._is_sent else after:
            if word not in (after if self._is_sent else before):
                yield self._line(place, f"{word!r} is {'gone' if self._is_sent else 'new'}")

    def _inner(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        if isinstance(old.get("items"), dict) and isinstance(new.get("items"), dict):
            yield from self.of(old["items"], new["items"], f"{place}/items")
        for key in ("anyOf", "allOf", "oneOf"):
            for number, (before, after) in enumerate(zip(old.get(key, []), new.get(key, []), strict=False)):
                yield from self.of(_shape(before), _shape(after), f"{place}/{key}/{number}")
            if key != "allOf" and self._is_sent and len(old.get(key, [])) > len(new.get(key, [])) > 0:
                yield self._line(place, f"fewer kinds are taken ({key})")

    def _line(self, place: str, text: str) -> str:
        return f"{self._name}{place or ' as a whole'}: {text}"


def _shape(schema: Any) -> Schema:
    """A schema may be true or false."""
    return schema if isinstance(schema, dict) else {}


def _bare(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_bare(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _bare(shape) for name, shape in value.items()}
        if key in {"properties", "definitions"}
        else _bare(value)
        for key, value in schema.items()
        if key not in _TEXTS or not isinstance(value, str | list)
    }


def main(arguments: list[str]) -> int:
    """Print what breaks; returns 1 when something does."""
    if arguments == ["--release"]:
        RELEASED.parent.mkdir(exist_ok=True)
        RELEASED.write_text(json.dumps(current(), separators=(",", ":"), sort_keys=True) + "\n", "utf-8")
        return 0
    found = breaking_changes(json.loads(RELEASED.read_text("utf-8")), current())
    sys.stdout.write("".join(f"{line}\n" for line in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
