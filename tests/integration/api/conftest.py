"""The whole application over real servers, and clients of it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from api.app import create_app
from api.deps import AppServices
from core.clock import SystemClock
from core.settings import DEFAULT_CAMPAIGN_ID, Settings
from core.tokens import TokenSigner
from fastlane import FastLane
from orchestrator.broker import build_broker
from orchestrator.intake import Intake
from orchestrator.publish import Publisher
from rules.loader import default_rulebook
from store.campaigns import ensure_campaign
from store.database import Database
from store.embedding import Embedder
from store.finder import Finder
from tests.support.asgi_client import AsgiClient
from tests.support.classifier import shipped_classifier
from tests.support.clock import FakeClock

DEV_TOKEN = "dev_local_token_123"
SECRET_KEY = "a-secret-of-these-tests-and-of-nothing-else"
CAMPAIGN = DEFAULT_CAMPAIGN_ID

Connect = Callable[..., AsgiClient]


@cache
def _settings_read() -> Settings:
    """To read them takes longer than most answers."""
    return Settings(_env_file=None, secret_key=SECRET_KEY, dev_token=DEV_TOKEN)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return _settings_read().model_copy(update={"home": tmp_path})


@pytest.fixture
def signer(clock: FakeClock) -> TokenSigner:
    """Tokens whose time moves with the test's clock."""
    return TokenSigner(SECRET_KEY, clock)


@pytest.fixture
def services(
    settings: Settings, database: Database, redis_url: str, signer: TokenSigner, embedder: Embedder
) -> Iterator[AppServices]:
    """Everything the application is made of, with one campaign of user:dm."""
    with database.transaction() as tx:
        ensure_campaign(tx, UUID(CAMPAIGN), "My campaign", "user:dm")
    broker = build_broker(redis_url)
    yield AppServices(
        settings=settings,
        database=database,
        intake=Intake(database, broker, shipped_classifier(), Publisher(broker, signer)),
        broker=broker,
        fast_lane=FastLane(default_rulebook()),
        finder=Finder(database, embedder),
        signer=signer,
        clock=SystemClock(),
    )
    broker.close()


@pytest.fixture
def connect(services: AppServices) -> Iterator[Connect]:
    """Clients of the application: `connect(token=..., **changes to the settings)`; without a token as the DM."""
    with ExitStack() as opened:

        def make(
            *, token: str | None = DEV_TOKEN, address: str = "127.0.0.1", parts: Any = None, **changes: Any
        ) -> AsgiClient:
            made = replace(services, settings=services.settings.model_copy(update=changes), **(parts or {}))
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            return opened.enter_context(AsgiClient(create_app(made), headers=headers, address=address))

        yield make


@pytest.fixture
def client(connect: Connect) -> AsgiClient:
    """The DM of a local start."""
    return connect()


@pytest.fixture
def stranger(connect: Connect, signer: TokenSigner) -> AsgiClient:
    """Somebody else, with a good token and every scope."""
    scopes = frozenset({"prompts", "entities:read", "entities:write", "rules", "admin"})
    return connect(token=signer.create_access_token("user:stranger", scopes))
