"""What endpoints ask for, as annotated types: the services, the caller, and the parts of the path and headers.

All of these are `async def` although none awaits: FastAPI would give a plain function a thread of its own, per request.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final
from uuid import UUID

from anyio import CapacityLimiter
from fastapi import Depends, Request

from api.auth import AccessScope, Caller
from api.entity_reads import EntityReads
from api.preferences import read_wait
from api.refusals import MalformedRequest, PreconditionRequired
from api.routes import requires
from api.streams import Streams
from api.watching import Watcher
from bus import StreamsBroker
from contracts.entities import EntityType
from core.clock import Clock
from core.errors import FieldError, InvalidInput, NotFound
from core.ids import REQUEST_PREFIX, parse_id
from core.settings import Settings
from core.tokens import TokenSigner
from fastlane import FastLane
from orchestrator.intake import Intake
from store.database import Database
from store.finder import Finder
from store.relation_rows import RELATION_PREFIX


@dataclass(frozen=True, slots=True)
class AppServices:
    """The collaborators of the API, made by main.py or by a test."""

    settings: Settings
    database: Database
    intake: Intake
    broker: StreamsBroker
    fast_lane: FastLane
    finder: Finder
    signer: TokenSigner
    clock: Clock
    web_root: Path | None = None
    """The folder of the console; None serves none."""


async def get_services(request: Request) -> AppServices:
    """The services this application was made with."""
    services: AppServices = request.app.state.services
    return services


async def get_watcher(request: Request) -> Watcher:
    """What tells of requests as they go on."""
    watcher: Watcher = request.app.state.watcher
    return watcher


async def read_streams(request: Request) -> Streams:
    """The open streams of this process."""
    streams: Streams = request.app.state.streams
    return streams


async def get_entity_reads(request: Request) -> EntityReads:
    """What reads entities for all who ask at the same time."""
    reads: EntityReads = request.app.state.entity_reads
    return reads


async def get_searches(request: Request) -> CapacityLimiter:
    """Who may search just now; the others wait for their turn."""
    searches: CapacityLimiter = request.app.state.searches
    return searches


async def read_request_id(request_id: str) -> UUID:
    """The id in the path; what is not a request's id names nothing (404)."""
    if (read := parse_id(request_id, prefix=REQUEST_PREFIX)) is None:
        raise NotFound("there is no such request")
    return read


async def read_entity_type(type: str) -> EntityType:  # noqa: A002 - the user's name for it in the path
    """The type in the path; an unknown one is a path that does not exist (404)."""
    return _entity_type(type)


def _entity_type(type: str) -> EntityType:  # noqa: A002
    try:
        return EntityType(type)
    except ValueError as error:
        raise NotFound(f"there is no such type of entity; there are: {', '.join(EntityType)}") from error


async def read_entity_id(id: str, type: str) -> UUID:  # noqa: A002
    """The id in the path, bare or with its own type's prefix."""
    # Not by the dependency for the type: FastAPI takes longer for one than all of this does.
    if (read := parse_id(id, prefix=_entity_type(type).prefix)) is None:
        raise NotFound("no such entity")
    return read


async def read_campaign_id(id: str) -> UUID:  # noqa: A002
    """The campaign's id in the path."""
    if (read := parse_id(id)) is None:
        raise NotFound("no such campaign")
    return read


async def read_relation_id(id: str) -> UUID:  # noqa: A002
    """The relationship's id in the path."""
    if (read := parse_id(id, prefix=RELATION_PREFIX)) is None:
        raise NotFound("no such relationship")
    return read


_PRINCIPAL: Final = re.compile(r"[a-z]{1,20}:[!-~]{1,150}", re.ASCII)


async def read_principal(principal: str, request: Request) -> str:
    """The member in the path, such as user:anna; what cannot be one names nobody, and cannot be let in."""
    if _PRINCIPAL.fullmatch(principal):
        return principal
    if request.method == "PUT":
        allowed = FieldError("principal", "Must be a kind, a colon and a name, such as user:anna")
        raise InvalidInput("The principal is not valid", fields=[allowed])
    raise NotFound("no such member")


@dataclass(frozen=True, slots=True)
class IfMatch:
    """The If-Match header: which version a change is based on (C16, C17)."""

    is_sent: bool
    version: int | None = None
    """None with `*` (any version) and with a weak tag (no version)."""
    is_weak: bool = False


_STRONG: Final = re.compile(r'(?P<quote>"?)(?P<version>[0-9]{1,9})(?P=quote)', re.ASCII)
_WEAK: Final = re.compile(r'W/"[^"]*"', re.ASCII)


async def read_if_match(request: Request) -> IfMatch:
    """Take `3`, `"3"` and `*`; a weak tag never matches; anything else is a 400."""
    values = request.headers.getlist("if-match")
    if not values:
        return IfMatch(is_sent=False)
    value = ",".join(values).strip()
    if value == "*":
        return IfMatch(is_sent=True)
    if match := _STRONG.fullmatch(value):
        return IfMatch(is_sent=True, version=int(match["version"]))
    if _WEAK.fullmatch(value):
        return IfMatch(is_sent=True, is_weak=True)
    raise MalformedRequest(
        'the If-Match header must be the version, such as "3", or *',
        fields=[FieldError("If-Match", "Must be a version")],
    )


async def needed_if_match(condition: Annotated[IfMatch, Depends(read_if_match)]) -> IfMatch:
    """The If-Match header of a change, which must not be left out (428)."""
    if not condition.is_sent:
        raise PreconditionRequired
    return condition


_KEY: Final = re.compile(r'(?P<quote>"?)(?P<key>[!#-~]{1,255})(?P=quote)', re.ASCII)


async def read_idempotency_key(request: Request) -> str | None:
    """The Idempotency-Key header, quoted or bare, of 1 to 255 printable characters."""
    values = request.headers.getlist("idempotency-key")
    if not values:
        return None
    if len(values) > 1 or not (match := _KEY.fullmatch(values[0].strip())):
        raise MalformedRequest(
            "the Idempotency-Key must be 1 to 255 printable characters",
            fields=[FieldError("Idempotency-Key", "Must be 1 to 255 printable ASCII characters without spaces")],
        )
    return match["key"]


async def read_prefer(request: Request) -> int | None:
    """How many seconds the caller would wait for the end of a request; None when it does not say."""
    return read_wait(request.headers.getlist("prefer"))


NEEDS_TOKEN: Final = requires(AccessScope.SIGNED_IN)
NEEDS_PROMPTS: Final = requires(AccessScope.PROMPTS)
NEEDS_RULES: Final = requires(AccessScope.RULES)
NEEDS_ADMIN: Final = requires(AccessScope.ADMIN)
"""For `dependencies=[...]` of routes that need the scope and do not ask who calls."""

Services = Annotated[AppServices, Depends(get_services)]
OpenStreams = Annotated[Streams, Depends(read_streams)]
Entities = Annotated[EntityReads, Depends(get_entity_reads)]
Searches = Annotated[CapacityLimiter, Depends(get_searches)]
Watching = Annotated[Watcher, Depends(get_watcher)]
PromptCaller = Annotated[Caller, requires(AccessScope.PROMPTS)]
Admin = Annotated[Caller, requires(AccessScope.ADMIN)]
EntityReader = Annotated[Caller, requires(AccessScope.ENTITIES_READ)]
EntityWriter = Annotated[Caller, requires(AccessScope.ENTITIES_WRITE)]
RequestId = Annotated[UUID, Depends(read_request_id)]
EntityKind = Annotated[EntityType, Depends(read_entity_type)]
EntityId = Annotated[UUID, Depends(read_entity_id)]
CampaignId = Annotated[UUID, Depends(read_campaign_id)]
RelationId = Annotated[UUID, Depends(read_relation_id)]
Principal = Annotated[str, Depends(read_principal)]
NeededIfMatch = Annotated[IfMatch, Depends(needed_if_match)]
OptionalIfMatch = Annotated[IfMatch, Depends(read_if_match)]
Wait = Annotated[int | None, Depends(read_prefer)]
IdempotencyKey = Annotated[str | None, Depends(read_idempotency_key)]
