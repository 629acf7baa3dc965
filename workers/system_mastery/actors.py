"""System Mastery's actors: thin shells around the agent."""

from contracts.actors import Actor
from workers.pool import Pool
from workers.system_mastery.agent import SystemMasteryAgent


def declare_actors(pool: Pool) -> None:
    """Declare what System Mastery answers to."""
    pool.declare_step(Actor.ANSWER_QUESTION, SystemMasteryAgent())
