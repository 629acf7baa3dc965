"""Actor names, so that a pipeline can be built by name without importing a worker.

Every actor of an agent that works on a step takes `(request_id, step_no)` and nothing else: messages carry ids, never
bodies.
"""

from enum import StrEnum

from contracts.queues import Queue


class Actor(StrEnum):
    """An actor, `pool.verb_noun`; the part before the dot is its queue."""

    STORE_ENTITIES = "scribe.store_entities"
    RECALL_ENTITIES = "scribe.recall_entities"
    RETRIEVE_ENTITY = "scribe.retrieve_entity"
    UPDATE_ENTITY = "scribe.update_entity"
    RELATE_ENTITIES = "scribe.relate_entities"
    SUMMARIZE = "scribe.summarize"
    GATHER_CONTEXT = "scribe.gather_context"
    EMBED_ENTITIES = "scribe.embed_entities"
    ANSWER_QUESTION = "system_mastery.answer_question"
    LOOK_UP_TABLE = "system_mastery.look_up_table"
    CALCULATE = "system_mastery.calculate"
    VALIDATE_CHARACTER = "system_mastery.validate_character"
    GENERATE_NPC = "world_designer.generate_npc"
    DESCRIBE_LOCATION = "world_designer.describe_location"
    GENERATE_CONTENT = "world_designer.generate_content"
    GENERATE_DUNGEON = "world_designer.generate_dungeon"
    CHECK_SCRIBE = "scribe.check_health"
    CHECK_SYSTEM_MASTERY = "system_mastery.check_health"
    CHECK_WORLD_DESIGNER = "world_designer.check_health"
    FINISH_REQUEST = "orchestrator.finish_request"
    FAIL_REQUEST = "orchestrator.fail_request"
    NOTE_PROGRESS = "orchestrator.note_progress"
    NOTE_READY = "orchestrator.note_ready"
    NOTE_BUSY = "orchestrator.note_busy"
    TELL_OF_END = "orchestrator.tell_of_end"

    @property
    def queue(self) -> Queue:
        """The queue its messages wait in."""
        return Queue(self.value.partition(".")[0])

    @property
    def message_type(self) -> str:
        """What its messages are called on the streams (R48, R49, R50)."""
        return _MESSAGE_TYPES[self]


_MESSAGE_TYPES = {
    Actor.STORE_ENTITIES: "task.create_entity",
    Actor.RECALL_ENTITIES: "task.search_entities",
    Actor.RETRIEVE_ENTITY: "task.search_entities",
    Actor.UPDATE_ENTITY: "task.update_entity",
    Actor.RELATE_ENTITIES: "task.update_entity",
    Actor.SUMMARIZE: "task.search_entities",
    Actor.GATHER_CONTEXT: "task.search_entities",
    Actor.EMBED_ENTITIES: "task.update_entity",
    Actor.ANSWER_QUESTION: "task.validate_rule",
    Actor.LOOK_UP_TABLE: "task.validate_rule",
    Actor.CALCULATE: "task.validate_rule",
    Actor.VALIDATE_CHARACTER: "task.validate_rule",
    Actor.GENERATE_NPC: "task.generate_content",
    Actor.DESCRIBE_LOCATION: "task.generate_content",
    Actor.GENERATE_CONTENT: "task.generate_content",
    Actor.GENERATE_DUNGEON: "task.generate_content",
    Actor.CHECK_SCRIBE: "system.health_check",
    Actor.CHECK_SYSTEM_MASTERY: "system.health_check",
    Actor.CHECK_WORLD_DESIGNER: "system.health_check",
    Actor.FINISH_REQUEST: "result.success",
    Actor.FAIL_REQUEST: "result.error",
    Actor.NOTE_PROGRESS: "result.partial",
    Actor.NOTE_READY: "agent.ready",
    Actor.NOTE_BUSY: "agent.busy",
    Actor.TELL_OF_END: "result.success",
}

HEALTH_CHECKS = {actor.queue: actor for actor in Actor if actor.message_type == "system.health_check"}
"""The actor of each agent that answers a health check."""
