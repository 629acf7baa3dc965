"""Step 5: look the answer up and say it, the number first and the table named; ask for what is missing."""

from collections.abc import Callable

from rules.asking.attack_replies import reply_attack_roll, reply_thac0
from rules.asking.character_replies import (
    reply_ability,
    reply_class_requirements,
    reply_experience,
    reply_hit_dice,
    reply_monster_experience,
)
from rules.asking.defense_replies import reply_armor_class, reply_racial_save, reply_saving_throw
from rules.asking.reply import Reply
from rules.asking.slots import Slots
from rules.loader import Rulebook

_REPLIES: dict[str, Callable[[Slots, Rulebook], Reply]] = {
    "thac0": reply_thac0,
    "attack_roll": reply_attack_roll,
    "saving_throw": reply_saving_throw,
    "racial_save": reply_racial_save,
    "armor_class": reply_armor_class,
    "ability": reply_ability,
    "hit_dice": reply_hit_dice,
    "experience": reply_experience,
    "monster_experience": reply_monster_experience,
    "class_requirements": reply_class_requirements,
}


def reply(topic: str, slots: Slots, book: Rulebook) -> Reply:
    """The reply to a question about a topic.

    Raises:
        MissingValue: A value is missing.
        RuleError: A value is not in the rule base.
    """
    return _REPLIES[topic](slots, book)
