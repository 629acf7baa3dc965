"""The head of a Markdown note: YAML between two lines of three hyphens.

It is written so that every YAML reader reads the same: keys in plain words, values as JSON, which is YAML, with what
YAML does not take raw escaped. It is read as YAML 1.2's core says: `yes` is a text, and so is a date.
"""

import json
import re
from typing import Any, Final

import yaml

from store.values import invalid

FENCE: Final = "---"
MAX_HEAD: Final = 500_000
MAX_DEPTH: Final = 64

_END: Final = re.compile(r"^---[ \t]*\r?$", re.MULTILINE)
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def dump_head(fields: dict[str, Any]) -> str:
    """The head with its fences; a list of objects is written an object a line."""
    lines = [FENCE]
    for name, value in fields.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            lines += [f"{name}:", *(f"  - {_json(item)}" for item in value)]
        else:
            lines.append(f"{name}: {_json(value)}")
    return "\n".join([*lines, FENCE]) + "\n"


def split_head(text: str) -> tuple[dict[str, Any], str]:
    """The fields of a note's head, and the text after it; no fields when it has no head.

    Raises:
        InvalidInput: The head is not YAML, not a mapping, too large, too deep, or uses anchors.
    """
    if not text.startswith((f"{FENCE}\n", f"{FENCE}\r\n")):
        return {}, text
    start = text.index("\n") + 1
    end = _END.search(text, start)
    if end is None:
        raise invalid("", "The head must end with a line of three hyphens")
    body = text[end.end() :]
    return _load(text[start : end.start()]), body.removeprefix("\n")


def _json(value: Any) -> str:
    written = json.dumps(value, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", written)


class _Loader(yaml.CSafeLoader):
    """YAML with the scalars of JSON, and nothing else."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - yaml's own way to say so


for _tag, _pattern, _first in (
    ("tag:yaml.org,2002:null", r"^(?:~|null|)$", ["~", "n", ""]),
    ("tag:yaml.org,2002:bool", r"^(?:true|false)$", ["t", "f"]),
    ("tag:yaml.org,2002:int", r"^-?(?:0|[1-9][0-9]{0,18})$", list("-0123456789")),
    ("tag:yaml.org,2002:float", r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$", list("-0123456789")),
):
    _Loader.add_implicit_resolver(_tag, re.compile(_pattern), _first)


def _load(head: str) -> dict[str, Any]:
    if len(head) > MAX_HEAD:
        raise invalid("", f"The head must not be longer than {MAX_HEAD} characters")
    try:
        _check_events(head)
        read = yaml.load(head, _Loader)  # noqa: S506  # nosec B506 - a safe loader
    except (yaml.YAMLError, ValueError, OverflowError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f" at line {mark.line + 2}" if mark else ""
        raise invalid("", f"The head is not YAML{place}") from error
    if read is None:
        return {}
    if not isinstance(read, dict) or not all(isinstance(name, str) for name in read):
        raise invalid("", "The head must be a mapping of names")
    return read


def _check_events(head: str) -> None:
    """Refuse anchors, which can make a small text a huge one, and depth, which is recursion in the reader."""
    depth = 0
    for event in yaml.parse(head, yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise invalid("", "The head must not use anchors")
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH + 2:
            raise invalid("", f"The head must not be nested deeper than {MAX_DEPTH} levels")
