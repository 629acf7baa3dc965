"""The storyteller that the settings ask for."""

import contextlib
import threading

import redis

from core.errors import ConfigurationError, DmaError
from core.locate import service_urls
from core.settings import Settings
from dma_shared_resilience import Bulkhead, CircuitBreaker, CircuitState, RedisCircuits
from store.database import Database
from telemetry.logs import get_logger
from telemetry.metrics import BREAKER_STATE, LLM_TOKENS, note_breaker
from workers.llm.address import endpoint_of
from workers.llm.budget import DailyBudget
from workers.llm.client import LlmClient
from workers.llm.errors import LlmFailure
from workers.world_designer.storyteller import ModelTeller, Storyteller, Templates

log = get_logger(__name__)

SERVICE = "world_designer"
BREAKER = "llm"


def storyteller_for(settings: Settings, database: Database) -> Storyteller:
    """A model's when DMA_LLM_MODEL is set, else the templates'; asks nobody yet.

    Raises:
        ConfigurationError: The address is not one that may be asked, or its key is missing.
    """
    if settings.llm_model is None:
        return Templates()
    client = llm_client(settings, database, shared=_shared_circuits(settings))
    threading.Thread(target=client.warm_up, name="llm-warm-up", daemon=True).start()
    return ModelTeller(client, service=SERVICE)


def llm_client(settings: Settings, database: Database, *, shared: RedisCircuits | None = None) -> LlmClient:
    """The client that the settings describe.

    Raises:
        ConfigurationError: The address is not one that may be asked, or its key is missing.
    """
    assert settings.llm_model is not None  # noqa: S101 - storyteller_for sees to it
    endpoint = endpoint_of(settings.llm_base_url, allow_private=settings.llm_allow_private)
    if settings.openai_api_key is None and not settings.llm_allow_private:
        raise ConfigurationError("OPENAI_API_KEY must be set for a model that is not in your own network")
    model = settings.llm_model
    BREAKER_STATE.labels(BREAKER)  # closed is known too, not only what changes
    return LlmClient(
        endpoint=endpoint,
        model=model,
        key=settings.openai_api_key.get_secret_value() if settings.openai_api_key else None,
        budget=DailyBudget(
            database, per_day=settings.llm_tokens_per_day, per_campaign=settings.llm_tokens_per_campaign
        ),
        seconds=settings.llm_seconds,
        breaker=CircuitBreaker(
            settings.llm_breaker_failures,
            settings.llm_breaker_seconds,
            LlmFailure,
            name=BREAKER,
            listeners=[_tell_of_circuit],
            shared=shared,
        ),
        slots=Bulkhead(settings.llm_concurrency, name=BREAKER),
        connections=settings.llm_concurrency,
        count=lambda operation, tokens: LLM_TOKENS.labels(SERVICE, model, operation).inc(tokens),
    )


def _tell_of_circuit(breaker: CircuitBreaker, old: CircuitState, new: CircuitState) -> None:
    log.warning("circuit_changed", breaker=breaker.name, old=old.value, new=new.value)
    note_breaker(breaker.name, new.value)


def _shared_circuits(settings: Settings) -> RedisCircuits | None:
    """Processes tell each other of a broken server; each goes by itself while Redis is away."""
    with contextlib.suppress(DmaError):
        url = service_urls(settings).redis_url
        client = redis.Redis.from_url(url, socket_timeout=0.2, socket_connect_timeout=0.2)
        return RedisCircuits(client, prefix="dma:circuit")
    return None
