"""The Scribe's actors: thin shells around the agent."""

from contracts.actors import Actor
from workers.pool import Pool
from workers.scribe.agent import ScribeAgent
from workers.scribe.repository import ScribeRepository


def declare_actors(pool: Pool) -> None:
    """Declare what the Scribe answers to."""
    agent = ScribeAgent(ScribeRepository(pool.database))
    pool.declare_step(Actor.STORE_ENTITIES, agent)
    pool.declare_step(Actor.RECALL_ENTITIES, agent)
