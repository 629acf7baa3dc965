"""Maps and print sheets of a stored dungeon. The Dungeon Master's are for owners and editors of its campaign."""

# ruff: noqa: FAST003 - {id} is read by a dependency
from functools import cache
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import jsonschema_rs
from fastapi import APIRouter, Depends, Query, Response

from api.deps import EntityReader, Services
from api.parsing import DIGITS
from api.routes import ScopedRoute
from contracts.content_schemas import content_schema
from contracts.entities import EntityType
from core.errors import FieldError, InvalidInput, NotFound, PermissionDenied
from core.ids import parse_id
from maps import View
from maps.atlas import map_png, map_svg, map_uvtt
from maps.key import key_markdown
from maps.regions import levels
from store.campaigns import Role
from store.database import Database
from store.dungeons import read_dungeon

router = APIRouter(prefix="/v1/entities/dungeon", tags=["maps"], route_class=ScopedRoute)

MapFormat = Literal["svg", "png", "uvtt"]
KeyFormat = Literal["md", "pdf"]
MEDIA_TYPES: Final[dict[str, str]] = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "uvtt": "application/json",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
}


async def read_dungeon_id(id: str) -> UUID:  # noqa: A002 - the word in the path
    """The id in the path, bare or with its prefix."""
    if (read := parse_id(id, prefix=EntityType.DUNGEON.prefix)) is None:
        raise NotFound("no such entity")
    return read


DungeonId = Annotated[UUID, Depends(read_dungeon_id)]
ViewAsked = Annotated[View, Query(description="dm shows everything; player nothing that is secret.")]
Level = Annotated[
    int | None, Query(ge=1, le=5, description="Which level; all when left out, in a .uvtt the first."), DIGITS
]


@router.get("/{id}/map.{format}", response_class=Response)
def read_map(
    dungeon_id: DungeonId,
    format: MapFormat,  # noqa: A002
    caller: EntityReader,
    services: Services,
    view: ViewAsked = "dm",
    level: Level = None,
) -> Response:
    """The map as SVG or PNG, or one level for a virtual table (.uvtt)."""
    document = _document(services.database, dungeon_id, caller.principal, needs_dm=view == "dm")
    if level is not None and level not in levels(document):
        allowed = f"this dungeon has the levels {', '.join(map(str, levels(document)))}"
        raise InvalidInput(f"there is no level {level}", fields=[FieldError("level", allowed)])
    match format:
        case "svg":
            content: str | bytes = map_svg(document, view, level)
        case "png":
            content = map_png(document, view, level)
        case _:
            content = map_uvtt(document, view, level)
    return _file(content, format, f"map-{view}{f'-level-{level}' if level else ''}")


@router.get("/{id}/key.{format}", response_class=Response)
def read_key(dungeon_id: DungeonId, format: KeyFormat, caller: EntityReader, services: Services) -> Response:  # noqa: A002
    """The key of all rooms: Markdown in full, or a PDF sheet with the map and a line for each room."""
    document = _document(services.database, dungeon_id, caller.principal, needs_dm=True)
    if format == "md":
        return _file(key_markdown(document), format, "key")
    from maps.pdf import key_pdf  # noqa: PLC0415 - what writes PDFs takes a sixth of the API's start

    return _file(key_pdf(document), format, "key")


def _document(database: Database, dungeon_id: UUID, principal: str, *, needs_dm: bool) -> dict[str, Any]:
    with database.transaction() as tx:
        stored = read_dungeon(tx, dungeon_id, principal)
    if needs_dm and not stored.role.includes(Role.EDITOR):
        raise PermissionDenied("the Dungeon Master's view needs the role editor in the campaign; ask for view=player")
    # Secrets can be rewritten by hand: what does not hold is told, not drawn.
    if not _validator().is_valid(stored.document):
        raise NotFound("this dungeon has no map that can be drawn: its data were changed by hand")
    return stored.document


def _file(content: str | bytes, form: str, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}.{form}"'}
    return Response(content, 200, headers, MEDIA_TYPES[form])


@cache
def _validator() -> jsonschema_rs.Validator:
    return jsonschema_rs.validator_for(content_schema("dungeon"))
