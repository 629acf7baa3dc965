"""The API process: `python -m api.main`.

Order of events: settings, logs, port (so that a wrong one is told before anything is waited for), the servers' URLs,
the collaborators, the HTTP server; then, in the background, the ready text.
"""

import asyncio
import gc
import ipaddress
import os
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Final

import uvicorn
import uvloop

import web
from api.app import create_app
from api.deps import AppServices
from api.listening import open_socket
from api.protocol import ProblemProtocol
from api.ready import announce_when_ready
from api.start_checks import require_safe_servers
from core.clock import SystemClock
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.failpoints import install_failpoints
from core.locate import service_urls
from core.readiness import tell_ready
from core.settings import Settings, load_settings
from core.tokens import TokenSigner
from dma_shared_resilience import CircuitBreaker, CircuitState
from fastlane import FastLane
from orchestrator.broker import build_broker
from orchestrator.clock import DatabaseClock
from orchestrator.intake import Intake
from orchestrator.intents.choice import make_classifier
from orchestrator.nudges import Hint, Nudges
from orchestrator.publish import Publisher
from rules.loader import default_rulebook
from store.database import Database, connection_breaker
from store.embedding import make_embedder
from store.finder import Finder
from telemetry.logs import get_logger
from telemetry.metrics import note_breaker
from telemetry.setup import configure_telemetry
from telemetry.sharing import sharing_beside
from telemetry.tracing import stop_traces

log = get_logger(__name__)

GRACE_SECONDS: Final = 3
"""How long exchanges under way may take to end after a stop signal; below the supervisor's patience."""


def main() -> int:
    """Run until stopped; returns the process's exit status."""
    try:
        settings = load_settings()
        configure_telemetry(settings, service="orchestrator")
        install_failpoints(is_local=settings.is_local)
        is_restart = int(os.environ.get("DMA_RESTARTS", "0")) > 0
        with (
            open_socket(settings, is_restart=is_restart) as listening,
            open_services(settings) as services,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            runner.run(serve(services, listening, is_restart=is_restart))
    except ConfigurationError as error:
        print(f"The API cannot start: {error}", file=sys.stderr)  # noqa: T201 - before or instead of any log
        return EXIT_CONFIGURATION
    except DmaError as error:
        log.error("api_not_started", error_message=str(error))  # noqa: TRY400 - the message says it all
        return 1
    except KeyboardInterrupt:
        return 0
    return 0


@contextmanager
def open_services(settings: Settings) -> Iterator[AppServices]:
    """Find the servers and make everything that create_app takes; closed again at the end of the block."""
    urls = service_urls(settings)
    secret_key = settings.secret_key
    if secret_key is None:
        raise ConfigurationError("SECRET_KEY is not set")
    signer = TokenSigner(secret_key.get_secret_value())
    database = Database(urls.database_url, application_name="dma-api", breaker=connection_breaker([_note_circuit]))
    broker = build_broker(urls.redis_url)
    database.open()
    try:
        if not settings.is_local:
            require_safe_servers(database, broker, SystemClock())
        packaged = make_embedder()  # the classifier was trained on it; loaded once for both
        finder = Finder(database, make_embedder(settings.embedding_model) if settings.embedding_model else packaged)
        fast_lane = FastLane(default_rulebook())
        log.info("fast_lane_warmed", answers=fast_lane.warm())
        publisher = Publisher(broker, TokenSigner(secret_key.get_secret_value(), DatabaseClock(database)))
        classifier = make_classifier(packaged, SystemClock(), settings.intent_model)
        with closing(Intake(database, broker, classifier, publisher, settings.allowed_webhooks)) as intake:
            yield AppServices(
                settings=settings,
                database=database,
                intake=intake,
                broker=broker,
                fast_lane=fast_lane,
                finder=finder,
                signer=signer,
                clock=SystemClock(),
                web_root=Path(next(iter(web.__path__))),
            )
    finally:
        broker.close()
        database.close()
        stop_traces()


async def serve(services: AppServices, listening: socket.socket, *, is_restart: bool) -> None:
    """Answer requests on this socket until a stop signal; the ready text is printed beside it."""
    app = create_app(services)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            http=ProblemProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    announcing = asyncio.create_task(
        announce_and_warm_up(services, address_of(services.settings.host, listening), is_restart=is_restart)
    )
    # What was made until here stays. Each full collection would walk through it, 60 ms in the middle of an answer.
    gc.collect()
    gc.freeze()
    # The server raises the stop signal once more when it is done; without a handler that would end the process before
    # the broker and the database are closed.
    signal.signal(signal.SIGTERM, lambda *_: None)
    loop = asyncio.get_running_loop()

    def hear(hint: Hint) -> None:
        nudge = partial(app.state.watcher.nudge, hint.request_id, has_ended=hint.has_ended)
        with suppress(RuntimeError):  # the loop has just been closed
            loop.call_soon_threadsafe(nudge)

    try:
        with sharing_beside(app.state.exposition.sharing), Nudges(services.broker).heard(hear):
            await server.serve(sockets=[listening])
    finally:
        announcing.cancel()


async def announce_and_warm_up(services: AppServices, address: str, *, is_restart: bool) -> None:
    """Print the ready text, then load the model that reads prompts: the first of them would wait a second for it.

    The supervisor is told at once: it asks for this process alone, the text is about all of them.
    """
    tell_ready()
    await announce_when_ready(services, address, is_restart=is_restart)
    try:
        await asyncio.to_thread(services.intake.classify, "who is there?")
    except Exception as error:  # noqa: BLE001 - whoever sends the first prompt hears of it
        log.warning("classifier_not_warmed_up", error_message=str(error))


def address_of(host: str, listening: socket.socket) -> str:
    """How a browser on this machine reaches the socket; one that listens everywhere is reached by loopback."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        name = host
    else:
        is_ipv6 = address.version == 6
        loopback = "::1" if is_ipv6 else "127.0.0.1"
        name = loopback if address.is_unspecified else host
        name = f"[{name}]" if is_ipv6 else name
    return f"http://{name}:{listening.getsockname()[1]}"


def _note_circuit(breaker: CircuitBreaker, _old: CircuitState, new: CircuitState) -> None:
    note_breaker(breaker.name, new.value)


if __name__ == "__main__":
    sys.exit(main())
