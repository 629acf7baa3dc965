"""What the fields of an entity may hold, before any of them reaches SQL."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from contracts.entities import EntityType
from store.attributes import check_attributes
from store.values import check_json_object, check_text, invalid

Secret = str | dict[str, Any]
"""For owners and editors alone: Markdown, or an object."""

MAX_NAME: Final = 200
MAX_DESCRIPTION: Final = 20_000
MAX_TAGS: Final = 50
MAX_TAG: Final = 50


def check_fields(
    kind: EntityType,
    *,
    name: str | None = None,
    description: str | None = None,
    attributes: Mapping[str, Any] | None = None,
    secret: Secret | None = None,
) -> None:
    """Check what is given; None is left out.

    Raises:
        InvalidInput: A value is not allowed; the field is named.
    """
    if name is not None:
        check_text("name", name, shortest=1, longest=MAX_NAME)
    if description is not None:
        check_text("description", description, longest=MAX_DESCRIPTION)
    if attributes is not None:
        check_attributes(kind, dict(attributes))
    if isinstance(secret, str):
        check_text("secret", secret, shortest=1, longest=MAX_DESCRIPTION)
    elif secret is not None:
        check_json_object("secret", secret)


def normal_tags(tags: Iterable[str]) -> list[str]:
    """Tags as they are stored: small letters, without white space around them, sorted, each once.

    Raises:
        InvalidInput: More than 50, or one that is empty, longer than 50 characters or not storable.
    """
    normal = sorted({tag.strip().lower() for tag in tags})
    if len(normal) > MAX_TAGS:
        raise invalid("tags", f"Must have at most {MAX_TAGS} items")
    for tag in normal:
        check_text("tags", tag, shortest=1, longest=MAX_TAG)
    return normal


def part_secret(attributes: Mapping[str, Any], secret: Secret | None) -> tuple[dict[str, Any], Secret | None]:
    """Attributes without a `secret`, and that secret when none is given beside them.

    Generators write everything they make up as attributes; what is for the Dungeon Master alone must not stay among
    what everybody reads and searches.
    """
    hidden = attributes.get("secret")
    if not isinstance(hidden, str | dict) or not hidden:
        return dict(attributes), secret
    return {name: value for name, value in attributes.items() if name != "secret"}, secret or hidden
