"""A Dungeon Master's table, with the real actors of all pools in this process: over the bus, claimed and finished."""

import time
from typing import Any
from uuid import UUID

import dramatiq

from contracts.entities import EntityType
from contracts.queues import Queue
from core.ids import new_uuid, parse_id
from core.settings import Settings
from core.tokens import TokenSigner
from orchestrator.broker import build_broker
from orchestrator.finish import Finisher
from orchestrator.intake import Intake, Submission
from orchestrator.publish import Publisher
from orchestrator.sweep import Sweeper
from store import campaigns
from store.database import Database
from store.entities import Entity, create_entity, get_entity
from store.relations import relate
from store.requests import RequestView, read_request
from tests.support.classifier import packaged_embedder, shipped_classifier
from workers.leases import LeaseKeeper
from workers.observing import Observed
from workers.orchestrator.actors import declare_actors as declare_results
from workers.pool import HandBack, Pool
from workers.runner import StepRunner
from workers.scribe.actors import declare_actors as declare_scribe
from workers.system_mastery.actors import declare_actors as declare_mastery
from workers.world_designer.actors import declare_actors as declare_designer

DM = "user:dm"


class LiveTable:
    """All pools at work; `sit_down` gives a campaign and a session of one's own."""

    def __init__(self, database: Database, redis_url: str, **settings: Any) -> None:
        self.database = database
        self._broker = build_broker(redis_url, middleware=[Observed(Queue.WORLD_DESIGNER), HandBack()])
        signer, self._leases = TokenSigner("x" * 40), LeaseKeeper(database)
        runner = StepRunner(database=database, broker=self._broker, signer=signer, leases=self._leases, worker="test")
        pool = Pool(Settings(_env_file=None, **settings), database, self._broker, signer, runner)
        declare_scribe(pool, packaged_embedder())
        for declare in (declare_mastery, declare_designer):
            declare(pool)
        declare_results(pool, pauses=(0.02, 0.02, 0.02))
        publisher = Publisher(self._broker, signer)
        allowed = pool.settings.allowed_webhooks
        self._intake = Intake(database, self._broker, shipped_classifier(), publisher, allowed)
        self.sweeper = Sweeper(database, self._broker, publisher, Finisher(database))
        self._leases.start()
        self._worker = dramatiq.Worker(self._broker, worker_threads=2, worker_timeout=100)
        self._worker.start()
        self.sit_down()

    def sit_down(self, *, campaign: UUID | None = None, session: UUID | None = None) -> None:
        """Begin with an empty campaign and a new session, of these ids if any."""
        self.campaign, self.session = campaign or new_uuid(), session or new_uuid()
        with self.database.transaction() as tx:
            campaigns.ensure_campaign(tx, self.campaign, "The Sunken Vale", DM)

    def say(self, prompt: str, **given: Any) -> RequestView:
        """Send a prompt and wait until it has ended."""
        facts = {"campaign_id": self.campaign, "session_id": self.session, "principal": DM, "prompt": prompt}
        accepted = self._intake.submit(Submission(**({"request_id": new_uuid()} | facts | given)))
        end = time.monotonic() + 60
        while (view := self.view(accepted.request_id)).status == "processing":
            assert time.monotonic() < end, view
            time.sleep(0.01)
        return view

    def view(self, request: UUID) -> RequestView:
        with self.database.transaction() as tx:
            return read_request(tx, request, DM)

    def remember(
        self, name: str, kind: EntityType = EntityType.NPC, description: str = "", **attributes: Any
    ) -> Entity:
        with self.database.transaction() as tx:
            return create_entity(
                tx, campaign_id=self.campaign, type=kind, name=name, description=description, attributes=attributes,
                principal=DM,
            )  # fmt: skip

    def relate(self, source: Entity, kind: str, target: Entity) -> None:
        with self.database.transaction() as tx:
            relate(tx, source_id=source.id, target_id=target.id, kind=kind, principal=DM)

    def entity(self, public_id: str) -> Entity:
        uuid = parse_id(public_id)
        assert uuid is not None
        with self.database.transaction() as tx:
            return get_entity(tx, uuid, DM)

    def written(self) -> list[tuple[str, int]]:
        """Name and version of everything in the campaign."""
        with self.database.transaction() as tx:
            rows = tx.execute(
                "SELECT name, version FROM entities WHERE campaign_id = %s AND deleted_at IS NULL ORDER BY name",
                (self.campaign,),
            ).fetchall()
        return [(row["name"], row["version"]) for row in rows]

    def ties(self) -> set[tuple[str, str, str]]:
        """Every relationship of the campaign, by names."""
        with self.database.transaction() as tx:
            rows = tx.execute(
                """
                SELECT s.name AS source, r.kind, t.name AS target FROM relationships r
                JOIN entities s ON s.id = r.source_id JOIN entities t ON t.id = r.target_id WHERE s.campaign_id = %s
                """,
                (self.campaign,),
            ).fetchall()
        return {(row["source"], row["kind"], row["target"]) for row in rows}

    def params(self, view: RequestView, step_no: int = 1) -> dict[str, Any]:
        """What the plan gave to a step."""
        with self.database.transaction() as tx:
            row = tx.execute(
                "SELECT params FROM steps WHERE request_id = %s AND step_no = %s", (view.id, step_no)
            ).fetchone()
        assert row is not None
        found: dict[str, Any] = row["params"]
        return found

    def close(self) -> None:
        self._worker.stop(timeout=2000)
        self._broker.close()
        self._leases.stop()
