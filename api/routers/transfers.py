"""Campaigns in and out: as one JSON document, or as a zip of Markdown notes."""

from collections.abc import Iterator
from dataclasses import asdict
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, Final, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.auth import Caller
from api.campaign_models import CampaignSettings
from api.campaign_settings import checked_settings
from api.deps import AppServices, CampaignId, EntityReader, EntityWriter, Services
from api.entity_answers import wrong_values_are_400
from api.memory_models import ImportAnswer
from api.once import Once, OnceOnly
from api.parsing import check_media_type, read_json
from api.refusals import UnsupportedMediaType
from api.responses import json_response
from api.routers.entities import Seen
from api.routes import ScopedRoute
from core.errors import FieldError, InvalidInput
from store.campaigns import Role, require_member
from store.transfer.export import open_source, write_json
from store.transfer.file import CampaignFile, read_campaign_file
from store.transfer.load import load_campaign
from store.transfer.notes import stem_of, write_notes
from store.transfer.read_notes import read_notes

router = APIRouter(prefix="/v1/campaigns/{id}", tags=["campaigns"], route_class=ScopedRoute)

MAX_VALUES: Final = 5_000_000
"""Of a file; its size is limited like every body's."""
IN_MEMORY: Final = 4 * 1024 * 1024
CHUNK: Final = 64 * 1024

Format = Annotated[Literal["json", "markdown"], Query(description="markdown: a zip of notes with links.")]


_PATIENCE: Final = "SET LOCAL idle_in_transaction_session_timeout = '30s'"
"""Between its statements an import reads thousands of rows, which is not a client that stands still."""


@router.get("/export")
def export(
    campaign_id: CampaignId,
    caller: EntityReader,
    services: Services,
    format: Format = "json",  # noqa: A002 - the name of the query field
    view: Seen = "full",
) -> Response:
    """The whole campaign as it is at this moment; for readers, and with `view=player`, without secrets and drafts."""
    # Written to the end before the first byte leaves: the database is not kept waiting for a slow reader, and what
    # goes wrong is a problem, not half a file.
    content = cast("BinaryIO", SpooledTemporaryFile(IN_MEMORY))  # noqa: SIM115 - closed when it was sent
    try:
        with services.database.transaction() as tx:
            source = open_source(tx, campaign_id, caller.principal, view=view)
            write = write_json if format == "json" else write_notes
            write(source, content)
    except BaseException:
        content.close()
        raise
    is_json = format == "json"
    name = stem_of(source.campaign.name).encode("ascii", "ignore").decode().replace('"', "").strip() or "campaign"
    headers = {
        "Content-Length": str(content.tell()),
        "Content-Disposition": f'attachment; filename="{name}.{"json" if is_json else "zip"}"',
    }
    return StreamingResponse(_chunks(content), 200, headers, "application/json" if is_json else "application/zip")


@router.post("/import", response_model=ImportAnswer)
async def import_file(
    campaign_id: CampaignId, request: Request, caller: EntityWriter, services: Services, once: Once
) -> Response:
    """Load an exported file, JSON or zip; all of it, or nothing. Loading it again changes nothing."""
    media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if media_type == "application/json":
        check_media_type(request.headers)
    elif media_type != "application/zip":
        raise UnsupportedMediaType("the Content-Type must be application/json or application/zip")
    body = await request.body()
    is_zip = media_type.endswith("zip")
    return await run_in_threadpool(_import, campaign_id, body, services, caller, once, is_zip=is_zip)


def _import(
    campaign_id: UUID, body: bytes, services: AppServices, caller: Caller, once: OnceOnly, *, is_zip: bool
) -> Response:
    with services.database.transaction() as tx:
        require_member(tx, campaign_id, caller.principal, role=Role.EDITOR)
    with wrong_values_are_400():
        if is_zip:
            file = read_notes(BytesIO(body), campaign_id)
        else:
            file = read_campaign_file(read_json(body, max_values=MAX_VALUES), campaign_id)
    settings = _settings(file)

    def make() -> Response:
        loaded = load_campaign(tx, campaign_id, caller.principal, file, settings=settings)
        return json_response({"entities": asdict(loaded.entities), "relations": asdict(loaded.relations)})

    with services.database.transaction() as tx, wrong_values_are_400():
        tx.execute(_PATIENCE)
        return once.answer(tx, make)


def _settings(file: CampaignFile) -> dict[str, Any] | None:
    if not file.settings:
        return None
    try:
        return checked_settings(CampaignSettings.model_validate(file.settings))
    except ValidationError as error:
        fields = [
            FieldError(f"campaign.settings.{'.'.join(map(str, item['loc']))}", item["msg"]) for item in error.errors()
        ]
        raise InvalidInput("The campaign.settings are not valid", fields=fields) from error


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    with content:
        content.seek(0)
        while chunk := content.read(CHUNK):
            yield chunk
