"""What a prompt can ask for."""

from enum import StrEnum


class Intent(StrEnum):
    """The kinds of prompt; `other` is the honest answer for the rest."""

    RULES_LOOKUP = "rules_lookup"
    COMBAT_CALCULATION = "combat_calculation"
    VALIDATE_RULE = "validate_rule"
    GENERATE_NPC = "generate_npc"
    GENERATE_DUNGEON = "generate_dungeon"
    GENERATE_ENCOUNTER = "generate_encounter"
    GENERATE_LOCATION_DESCRIPTION = "generate_location_description"
    GENERATE_TREASURE_OR_ITEM = "generate_treasure_or_item"
    STORE_ENTITY = "store_entity"
    UPDATE_ENTITY = "update_entity"
    SEARCH_CAMPAIGN = "search_campaign"
    RETRIEVE_ENTITY = "retrieve_entity"
    OTHER = "other"
