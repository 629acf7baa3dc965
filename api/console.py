"""The console: each file of the web folder is a route of its own, so nothing else can be asked for."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from fastapi import APIRouter, Response
from starlette.responses import FileResponse, RedirectResponse

from api.routes import PublicRoute

_NOT_SERVED = {".py", ".pyc", ".md"}


def console_router(root: Path | None) -> APIRouter:
    """Routes for every file of the folder, an `index.html` at the address of its folder; none without the console's."""
    router = APIRouter(route_class=PublicRoute, include_in_schema=False)
    if root is None or not (root / "index.html").is_file():
        return router
    for file in sorted(path for path in root.rglob("*") if _is_served(path, root)):
        name = file.relative_to(root).as_posix()
        address = f"/{name.removesuffix('index.html')}"
        router.add_api_route(address, _sender(file), name=name)
        if address != "/" and address.endswith("/"):  # a folder without its slash
            router.add_api_route(address.rstrip("/"), _leader(f".{address}"), name=f"to {name}")
    return router


def _is_served(path: Path, root: Path) -> bool:
    parts = path.relative_to(root).parts
    is_hidden = any(part.startswith((".", "_")) for part in parts)
    return path.is_file() and not is_hidden and path.suffix not in _NOT_SERVED


def _leader(address: str) -> Callable[[], Awaitable[Response]]:
    async def lead() -> Response:
        return RedirectResponse(address)  # relative, so that it holds behind any prefix

    return lead


def _sender(file: Path) -> Callable[[], Awaitable[Response]]:
    async def send() -> Response:
        # Asked again each time (the ETag answers): after an upgrade nobody runs yesterday's script.
        return FileResponse(file, headers={"Cache-Control": "no-cache"})

    return send
