"""The application's OpenAPI document without a server: `python -m tests.support.openapi_document` prints it."""

import json
import sys
from functools import cache
from types import SimpleNamespace
from typing import Any, cast

from fastapi import FastAPI

from api.app import create_app
from api.deps import AppServices
from core.clock import SystemClock
from core.settings import Settings
from core.tokens import TokenSigner
from fastlane import FastLane
from rules.loader import default_rulebook

_SECRET = "of-a-document-that-nobody-signs-in-to"


def app_without_servers() -> FastAPI:
    """The application with all its routes; what needs a server would fail when called."""
    absent = cast("Any", None)
    return create_app(
        AppServices(
            settings=Settings(_env_file=None, secret_key=_SECRET),
            database=absent,
            intake=absent,
            broker=cast("Any", SimpleNamespace(namespace="dma")),
            fast_lane=FastLane(default_rulebook()),
            finder=absent,
            signer=TokenSigner(_SECRET),
            clock=SystemClock(),
        )
    )


@cache
def openapi_document() -> dict[str, Any]:
    """The document as GET /openapi.json answers it; not to be changed."""
    document: dict[str, Any] = json.loads(json.dumps(app_without_servers().openapi()))
    return document


if __name__ == "__main__":
    json.dump(openapi_document(), sys.stdout, indent=1)
