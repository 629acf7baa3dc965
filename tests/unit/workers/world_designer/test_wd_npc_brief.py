import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.world_designer.brief import NpcBrief, npc_brief


@pytest.mark.parametrize(
    ("prompt", "brief"),
    [
        ("Create a dwarven blacksmith named Borin", NpcBrief(name="Borin", race="dwarf", occupation="blacksmith")),
        ("Create Borin, a dwarven blacksmith", NpcBrief(name="Borin", race="dwarf", occupation="blacksmith")),
        (
            "a 7th level elven mage called Ilsabet",
            NpcBrief(name="Ilsabet", race="elf", character_class="mage", level=7),
        ),
        ("evil human thief lvl 4", NpcBrief(race="human", character_class="thief", level=4, alignment="evil")),
        (
            "stat up a fifth-level half-elf ranger, she is neutral good",
            NpcBrief(race="half-elf", character_class="ranger", level=5, gender="female", alignment="NG"),
        ),
        (
            "make me an NPC: old one-eyed halfling innkeeper from Greenfields",
            NpcBrief(race="halfling", occupation="innkeeper", traits=("one-eyed",), home="Greenfields", age="old"),
        ),
        ("Generate Captain Aldric", NpcBrief(name="Captain Aldric", occupation="guard captain")),
        ("fighter 12, LE", NpcBrief(character_class="fighter", level=12, alignment="LE")),
        ("I need a cheesemonger called Wil", NpcBrief(name="Wil", occupation="cheesemonger")),
        ("CREATE A DWARF NAMED BORIN IN TOWN", NpcBrief(name="BORIN", race="dwarf")),
        ("a goblin shaman", NpcBrief(race="goblin", occupation="priest")),
        ("", NpcBrief()),
        ("an old dwarven smith", NpcBrief(race="dwarf", occupation="blacksmith", age="old")),
        ("a young thief", NpcBrief(character_class="thief", age="young")),
        ("a 60-year-old mage, level 3", NpcBrief(character_class="mage", level=3, years=60)),
        ("a bard aged 33", NpcBrief(character_class="bard", years=33)),
        ("a widow in her fifties", NpcBrief(gender="female", years=55)),
        (
            "Create a fighter, an old friend of the duke",
            NpcBrief(character_class="fighter", occupation="lord", gender="male"),
        ),
        ("Create Old Tom, a sailor", NpcBrief(name="Old Tom", occupation="sailor", age="old")),
    ],
)
def test_prompt_is_read_as_a_person_would_read_it(prompt, brief):
    assert brief == npc_brief(prompt)


@pytest.mark.parametrize(
    "name", ["Borin", "Ilsa of the Vale", "Thora the Red", "Jean-Luc d'Arbre", "Ørnulf Stålhånd", "Captain Mara Vance"]
)
def test_requested_name_is_kept_exactly(name):
    assert name == npc_brief(f"Create a human guard named {name}, who is afraid of cats").name


def test_words_of_a_name_are_not_read_as_anything_else():
    brief = npc_brief("Create a human bard named Hunter Mason from Halfling Hill")

    assert ("Hunter Mason", "human", "bard", None) == (brief.name, brief.race, brief.character_class, brief.occupation)


@pytest.mark.parametrize(
    "prompt",
    [
        "Create an npc named <script>alert(1)</script>",
        'Create an npc named "; drop table entities; --',
        "Create an npc named {{7*7}}",
        "Create an npc named ../../etc/passwd",
        "Create an npc named `rm -rf`",
    ],
)
def test_code_is_no_name(prompt):
    assert None is npc_brief(prompt).name


def test_level_beyond_the_tables_is_brought_to_their_end_and_said_so():
    brief = npc_brief("a level 40 fighter")

    assert (20, ("Levels here end at 20; 40 was asked for.",)) == (brief.level, brief.notes)


def test_several_classes_at_once_are_said_not_to_be_made():
    brief = npc_brief("elven fighter/mage")

    assert ("fighter", 1) == (brief.character_class, len(brief.notes))


@given(st.text(max_size=400))
def test_any_text_is_read_without_an_error_and_gives_a_sane_name_or_none(text):
    name = npc_brief(f"Create a dwarf named {text}").name

    assert name is None or (
        0 < len(name) <= 60 and all(part.replace("-", "").replace("'", "").isalpha() for part in name.split(" "))
    )


@given(st.text(max_size=400))
def test_any_prompt_is_read_without_an_error(text):
    assert isinstance(npc_brief(text), NpcBrief)


@pytest.mark.parametrize("unit", ["named ", "a ", "level ", "Of The ", "\u0000", "🐉", "lawful "])
def test_longest_prompt_of_repetitions_is_read_quickly(unit):
    assert isinstance(npc_brief((unit * 5000)[:5000]), NpcBrief)
