"""The Scribe's actors: thin shells around the agent."""

from uuid import UUID

from dramatiq.middleware import SkipMessage

from contracts.actors import Actor
from contracts.queues import Queue
from core.tokens import ExpiredToken, InvalidToken
from orchestrator.publish import EMBEDDING_TASK
from store.embedding import Embedder, make_embedder
from store.finder import Finder
from workers.pool import Pool
from workers.runner import require_work_token
from workers.scribe.agent import ScribeAgent
from workers.scribe.embedding import EmbeddingKeeper
from workers.scribe.repository import ScribeRepository

STEPS = (
    Actor.STORE_ENTITIES,
    Actor.RECALL_ENTITIES,
    Actor.RETRIEVE_ENTITY,
    Actor.UPDATE_ENTITY,
    Actor.RELATE_ENTITIES,
    Actor.SUMMARIZE,
    Actor.GATHER_CONTEXT,
)
"""What the Scribe does as a step of a request."""


def declare_actors(pool: Pool, embedder: Embedder | None = None) -> None:
    """Declare what the Scribe answers to; without an embedder, with the one of the settings."""
    embedder = embedder or make_embedder(pool.settings.embedding_model)
    agent = ScribeAgent(ScribeRepository(pool.database, Finder(pool.database, embedder)))
    keeper = EmbeddingKeeper(pool.database, embedder)

    def embed_entities(campaign_id: str) -> None:
        """Give what waits in a campaign its vectors; safe to run twice."""
        campaign = UUID(campaign_id)
        try:
            require_work_token(pool.signer, EMBEDDING_TASK, Queue.SCRIBE.value, campaign)
        except (InvalidToken, ExpiredToken) as error:
            raise SkipMessage(str(error)) from error  # as long as something waits, the sweeper asks again
        keeper.embed_campaign(campaign)

    for action in STEPS:
        pool.declare_step(action, agent)
    pool.declare(Actor.EMBED_ENTITIES, embed_entities, notify_shutdown=True)
