"""What a campaign's file holds, read and checked; `contracts/v1/campaign_file.json` has its shape as a schema.

Ids stay what they are when a file goes back into the campaign it came from. In any other campaign they are derived
from the campaign and the file's own ids, so that a file can be loaded into many campaigns, and twice into one.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal
from uuid import UUID, uuid5

from contracts.entities import EntityType
from core.errors import FieldError, InvalidInput
from core.ids import parse_id
from store.entity_batches import MAX_FAULTS, NewRow, check_rows
from store.periods import Period, check_period
from store.relations import check_kind
from store.values import check_json_object, check_text, invalid

FORMAT: Final = "dma-campaign"
FORMAT_VERSION: Final = 1
MAX_ENTITIES: Final = 100_000
MAX_RELATIONS: Final = 500_000

View = Literal["full", "player"]

_NAMESPACE: Final = UUID("5b0c0c5e-58d4-5b3e-9b5f-3c1de2a7f0a4")


@dataclass(frozen=True, slots=True)
class FileRelation:
    """A relationship between two entities of the file."""

    id: UUID
    source_id: UUID
    target_id: UUID
    kind: str
    attributes: dict[str, Any]
    period: Period
    secret: bool


@dataclass(frozen=True, slots=True)
class CampaignFile:
    """A whole campaign, with the ids that it will have; `view` says whether secrets and drafts were left out."""

    view: View
    settings: dict[str, Any] | None
    entities: list[NewRow]
    relations: list[FileRelation]


@dataclass(slots=True)
class Faults:
    """What is wrong with a file, by place; reading goes on until there are twenty."""

    fields: list[FieldError] = field(default_factory=list)

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Keep what is wrong in the block under this place."""
        try:
            yield
        except InvalidInput as error:
            found = error.fields or (FieldError("", str(error)),)
            self.fields += [FieldError(f"{place}.{one.field}".strip("."), one.message) for one in found]
            if len(self.fields) >= MAX_FAULTS:
                self.raise_if_any()

    def raise_if_any(self) -> None:
        """Raise InvalidInput with everything that was found."""
        if self.fields:
            number = len(self.fields)
            raise InvalidInput(
                f"{number} fields of the file are not valid; nothing was written", fields=self.fields[:MAX_FAULTS]
            )


class IdMap:
    """The ids that a file's own ids, or keys of another form, become in a campaign."""

    def __init__(self, campaign_id: UUID, *, came_from: UUID | None) -> None:
        self._campaign_id = campaign_id
        self._is_home = campaign_id == came_from

    def __call__(self, own: str) -> UUID:
        read = parse_id(own)
        if read is not None and self._is_home:
            return read
        return uuid5(_NAMESPACE, f"{self._campaign_id.hex}/{read.hex if read else own}")


def read_campaign_file(document: Any, campaign_id: UUID) -> CampaignFile:
    """Check a JSON document from end to end.

    Args:
        document: As json.loads gives it.
        campaign_id: The campaign that it will be loaded into.

    Raises:
        InvalidInput: It is not such a file, or values in it are not allowed; up to 20 are named.
    """
    if not isinstance(document, dict):
        raise invalid("body", "Must be an object")
    head = _fields(document, required={"format": str, "entities": list}, optional=_HEAD)
    if head["format"] != FORMAT:
        raise invalid("format", f"Must be {FORMAT}")
    if not 1 <= head.get("format_version", 1) <= FORMAT_VERSION:
        raise invalid("format_version", f"Must be at most {FORMAT_VERSION}: this file was written by a newer version")
    campaign = _fields(head.get("campaign", {}), optional=_CAMPAIGN)
    ids = IdMap(campaign_id, came_from=parse_id(campaign.get("id", "")))
    settings = campaign.get("settings")
    return check_file(_view(head), settings, head["entities"], head.get("relations", []), ids)


def check_file(
    view: View, settings: dict[str, Any] | None, entities: list[Any], relations: list[Any], ids: IdMap
) -> CampaignFile:
    """Check the records of a file. Raises InvalidInput as read_campaign_file does."""
    if len(entities) > MAX_ENTITIES:
        raise invalid("entities", f"Must have at most {MAX_ENTITIES} items")
    if len(relations) > MAX_RELATIONS:
        raise invalid("relations", f"Must have at most {MAX_RELATIONS} items")
    faults = Faults()
    rows = _each("entities", entities, lambda record: _entity(record, ids), faults)
    known = _require_once("entities", [row.id for row in rows], faults)
    edges = _each("relations", relations, lambda record: _relation(record, ids, known), faults)
    _require_once("relations", [(edge.source_id, edge.target_id, edge.kind) for edge in edges], faults)
    faults.raise_if_any()
    return CampaignFile(view, settings, check_rows(rows, path="entities"), edges)


_HEAD: Final = {"format_version": int, "view": str, "campaign": dict, "relations": list}
_CAMPAIGN: Final = {"id": str, "name": str, "settings": dict}
_ENTITY: Final = {"description": str, "attributes": dict, "state": str, "tags": list, "created_at": str}
_RELATION: Final = {"id": str, "attributes": dict, "period": dict, "secret": bool}
_WORDS: Final = {str: "a text", int: "a whole number", list: "a list", dict: "an object", bool: "true or false"}


def _fields(record: Any, *, required: Mapping[str, type] | None = None, optional: Mapping[str, type]) -> dict[str, Any]:
    """The record, once its fields are known to be there, to be of their types, and to be all there are."""
    if not isinstance(record, dict):
        raise invalid("", "Must be an object")
    needed = required or {}
    for name in needed:
        if name not in record:
            raise invalid(name, "This field is required")
    for name, value in record.items():
        kind = needed.get(name) or optional.get(name)
        if kind is None and name != "secret":
            raise invalid(str(name)[:80], "There is no such field")
        if kind is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise invalid(name, f"Must be {_WORDS[kind]}")
    return record


def _view(head: Mapping[str, Any]) -> View:
    match head.get("view", "full"):
        case "full":
            return "full"
        case "player":
            return "player"
        case _:
            raise invalid("view", "Must be one of: full, player")


def _each(path: str, records: list[Any], read: Callable[[Any], Any], faults: Faults) -> list[Any]:
    found = []
    for place, record in enumerate(records):
        with faults.at(f"{path}.{place}"):
            found.append(read(record))
    return found


def _require_once(path: str, keys: list[Any], faults: Faults) -> set[Any]:
    seen: set[Any] = set()
    for place, key in enumerate(keys):
        with faults.at(f"{path}.{place}"):
            if key in seen:
                raise invalid("id", "Stands in the file twice")
            seen.add(key)
    return seen


def _entity(record: Any, ids: IdMap) -> NewRow:
    given = _fields(record, required={"id": str, "type": str, "name": str}, optional=_ENTITY)
    check_text("id", given["id"], shortest=1, longest=200)
    secret = given.get("secret") or None
    if secret is not None and not isinstance(secret, str | dict):
        raise invalid("secret", "Must be a text or an object")
    if not all(isinstance(tag, str) for tag in given.get("tags", [])):
        raise invalid("tags", "Must be a list of texts")
    state = given.get("state", "approved")
    if state not in {"draft", "approved"}:
        raise invalid("state", "Must be one of: draft, approved")
    return NewRow(
        id=ids(given["id"]),
        type=_type(given["type"]),
        name=given["name"],
        description=given.get("description", ""),
        attributes=given.get("attributes", {}),
        state=state,
        tags=given.get("tags", []),
        secret=secret,
        created_at=_time(given.get("created_at")),
    )


def _type(value: str) -> EntityType:
    try:
        return EntityType(value)
    except ValueError as error:
        raise invalid("type", f"Must be one of: {', '.join(EntityType)}") from error


def _time(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        read = datetime.fromisoformat(value)
    except ValueError as error:
        raise invalid("created_at", "Must be a time, such as 2026-03-14T19:30:00Z") from error
    if read.tzinfo is None or not 1 < read.year < 9999:
        raise invalid("created_at", "Must be a time with its zone, such as 2026-03-14T19:30:00Z")
    return read


def _relation(record: Any, ids: IdMap, known: set[UUID]) -> FileRelation:
    given = _fields(record, required={"source": str, "target": str, "kind": str}, optional=_RELATION)
    secret = given.get("secret", False)
    if not isinstance(secret, bool):
        raise invalid("secret", "Must be true or false")
    ends = {name: ids(check_text(name, given[name], shortest=1, longest=200)) for name in ("source", "target")}
    for name, end in ends.items():
        if end not in known:
            raise invalid(name, "Must be the id of an entity of this file")
    if ends["source"] == ends["target"]:
        raise invalid("target", "Must be another entity than source")
    kind = check_kind(given["kind"])
    return FileRelation(
        id=ids(given.get("id") or f"{ends['source'].hex}/{ends['target'].hex}/{kind}"),
        source_id=ends["source"],
        target_id=ends["target"],
        kind=kind,
        attributes=check_json_object("attributes", given.get("attributes", {})),
        period=check_period(_period(given.get("period", {}))),
        secret=secret,
    )


def _period(given: Any) -> Period:
    moments = _fields(given, optional={"from": dict, "to": dict})
    begins, ends = moments.get("from", {}), moments.get("to", {})
    return Period(*_moment("from", begins), *_moment("to", ends))


def _moment(name: str, given: dict[str, Any]) -> tuple[str | None, float | None]:
    text, order = given.get("text"), given.get("order")
    if not given.keys() <= {"text", "order"}:
        raise invalid(f"period.{name}", "May have text and order, and nothing else")
    if text is not None and not isinstance(text, str):
        raise invalid(f"period.{name}.text", "Must be a text")
    if order is not None and (isinstance(order, bool) or not isinstance(order, int | float)):
        raise invalid(f"period.{name}.order", "Must be a number")
    return text, float(order) if order is not None else None
