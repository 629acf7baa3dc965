"""Quest hooks: who asks, for what, who is in the way, what it pays, how it begins and how it turns."""

import re
from typing import Any, Final

from contracts.entities import EntityType
from contracts.generators import QuestOrder
from workers.world_designer.content.base import Content, Draft, Made, data_version, labelled, page, relations_to
from workers.world_designer.content.campaign import Campaign
from workers.world_designer.content.creatures import plural
from workers.world_designer.content.folk import links_of, person, place
from workers.world_designer.prose import phrase, sentence, stream
from workers.world_designer.themes import themes
from workers.world_designer.vocabulary.content import phrases

GENERATOR: Final = "quest/2"
MOST_OF_A_VILLAGER: Final = 400
"""Gold pieces that somebody of a village may have put by; for more, somebody of means pays."""
REWARD_PER_LEVEL: Final = 50
"""Gold pieces promised for each character's level. Ours; the book leaves rewards to the Dungeon Master."""


class QuestRecord(Content):
    """One quest hook. `reward_gp` is for the whole party."""

    kind: str = "quest"
    patron: str
    place: str
    task: str
    reason: str
    opposition: str
    first_step: str
    twist: str
    reward_gp: int
    extra_reward: str
    if_ignored: str
    foes: str | None


def generate_quest(brief: QuestOrder, seed: int, campaign: Campaign) -> Made:
    """Make a quest hook.

    Args:
        brief: Party, and as far as wanted patron, place and theme.
        seed: The same seed, brief and campaign give the same hook.
        campaign: Who asks and where it leads, when it has people and places.
    """
    rng, words = stream(seed, "quest", GENERATOR, brief.drawn_by), phrases("quest")
    gold = REWARD_PER_LEVEL * brief.party_level * brief.party_size
    patron = person(campaign, rng, "given by", brief.patron, of_means=gold > MOST_OF_A_VILLAGER)
    where = place(campaign, rng, "leads to", brief.place)
    names = {"place": where.name}
    task, opposition, first, twist = (phrase(part, rng, names) for part in rng.choice(words["quests"]).split(" // "))
    theme = themes()[brief.theme] if brief.theme else None
    foes = plural(rng.choice(theme.all_residents)) if theme else None
    reason = phrase(rng.choice(words["reasons"]), rng)
    hook = sentence(f"{patron.name} asks the party to {task[0].lower()}{task[1:]}, {reason}")
    record = QuestRecord(
        title=_title(task, where.name),
        hook=hook,
        links=links_of(patron, where),
        generator=GENERATOR,
        data_version=data_version(),
        seed=seed,
        patron=patron.name,
        place=where.name,
        task=task,
        reason=reason,
        opposition=sentence(opposition + (f"; and {foes} are there already" if foes else "")),
        first_step=sentence(first),
        twist=sentence(twist),
        reward_gp=gold,
        extra_reward=phrase(rng.choice(words["extras" if gold > MOST_OF_A_VILLAGER else "extras_modest"]), rng),
        if_ignored=phrase(rng.choice(words["ignored"]), rng),
        foes=foes,
    )
    return _pages(record)


def _title(task: str, where: str) -> str:
    """The task up to the place: `Clear the old toll tower`."""
    before = re.split(
        rf" {re.escape(where)}| near | at | from | to | last seen | in the | in (?:three|five) | that ",
        task,
        maxsplit=1,
    )[0]
    return " ".join(before.split()[:7]).rstrip(",")


def _as_stored(record: QuestRecord) -> dict[str, Any]:
    return {"status": "offered", "giver": record.patron, "reward": f"{record.reward_gp} gp and {record.extra_reward}"}


def _pages(record: QuestRecord) -> Made:
    head = f"## {record.title}"
    reward = f"{record.reward_gp:,} gp for the party, and {record.extra_reward}."
    short = page(head, record.hook, f"**Reward** {reward} **Twist (DM only).** {record.twist}")
    long = page(
        head,
        record.hook,
        labelled(
            In_the_way=record.opposition,
            First_step=record.first_step,
            Reward=reward,
            **{"Twist_(DM_only)": record.twist},
            Ignored=record.if_ignored,
        ),
    )
    draft = Draft(
        EntityType.QUEST,
        record.title,
        record.hook,
        record.model_dump(mode="json", exclude={"title", "links"}) | _as_stored(record),
        dm_only=("twist", "opposition", "foes", "if_ignored"),
    )
    return Made(record, short, long, (draft,), relations_to(record.links))
