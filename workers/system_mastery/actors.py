"""System Mastery's actors: thin shells around the agent."""

from contracts.actors import Actor
from rules.loader import default_rulebook
from workers.pool import Pool
from workers.system_mastery.agent import SystemMasteryAgent


def declare_actors(pool: Pool) -> None:
    """Declare what System Mastery answers to."""
    agent = SystemMasteryAgent(default_rulebook())
    for actor in (Actor.ANSWER_QUESTION, Actor.LOOK_UP_TABLE, Actor.CALCULATE, Actor.VALIDATE_CHARACTER):
        pool.declare_step(actor, agent)
