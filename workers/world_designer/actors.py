"""The World Designer's actors: thin shells around the agent."""

from contracts.actors import Actor
from workers.pool import Pool
from workers.world_designer.agent import WorldDesignerAgent
from workers.world_designer.content_agent import ContentAgent
from workers.world_designer.repository import DesignerRepository
from workers.world_designer.telling import storyteller_for


def declare_actors(pool: Pool) -> None:
    """Declare what the World Designer answers to."""
    storyteller, campaigns = storyteller_for(pool.settings, pool.database), DesignerRepository(pool.database)
    agent = WorldDesignerAgent(campaigns, storyteller)
    pool.declare_step(Actor.GENERATE_NPC, agent)
    pool.declare_step(Actor.DESCRIBE_LOCATION, agent)
    pool.declare_step(Actor.GENERATE_CONTENT, ContentAgent(campaigns, storyteller))
    pool.declare_step(Actor.GENERATE_DUNGEON, agent)
