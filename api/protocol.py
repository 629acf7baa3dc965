"""HTTP/1.1 as uvicorn speaks it, but for one answer: what its parser cannot read is refused with a problem document.

Such a request never becomes an exchange, so the rings of api/middleware.py do not see it.
"""

from http import HTTPStatus
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.errors import answer_error
from api.middleware import SECURITY_HEADERS
from api.refusals import MalformedRequest
from core.ids import REQUEST_PREFIX, new_uuid, prefixed
from telemetry.logs import get_logger

log = get_logger(__name__)

_STATUS: Final = HTTPStatus.BAD_REQUEST


class ProblemProtocol(HttpToolsProtocol):
    """One connection."""

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, and close; the server's own words are no part of our contract."""
        request_id = prefixed(REQUEST_PREFIX, new_uuid())
        error = MalformedRequest("this is not an HTTP request that can be read")
        response = answer_error(error, {"type": "http", "path": "/", "dma.request_id": request_id})
        headers = {
            **dict(response.headers),
            "X-Request-ID": request_id,
            "X-Response-Time": "0ms",
            **SECURITY_HEADERS,
            "Connection": "close",
        }
        head = [f"HTTP/1.1 {_STATUS} {_STATUS.phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        self.transport.write("\r\n".join([*head, "", ""]).encode("latin-1") + bytes(response.body))
        self.transport.close()
        log.info("request_finished", request_id=request_id, method="OTHER unreadable", status=int(_STATUS))
