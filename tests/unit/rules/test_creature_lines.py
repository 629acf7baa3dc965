"""Creature entries, typed a second time: armor class, movement, Hit Dice, THAC0, experience and morale of each."""

import pytest

import rules

LINES = """
aboleth 4 3 8 13 5000 13; aerial_servant 3 24 16 5 9000 14; ankheg 2 12 3 17 175 9; animal_skeleton 8 6 1-1 20 65 -;
annis 0 15 7+7 13 4000 15; antelope 7 24 2 19 35 3; banshee 0 15 7 13 4000 13; basilisk 4 6 6+1 15 1400 12;
greater_basilisk 2 6 10 11 7000 16; bat 8 1 1/2 20 15 5; large_bat 8 3 1/2 20 35 5; black_bear 7 12 3+3 17 175 8;
brown_bear 6 12 5+5 15 420 8; cave_bear 6 12 6+6 13 650 8; polar_bear 6 12 8+8 11 1400 8;
bombardier_beetle 4 9 2+2 19 120 13; boring_beetle 3 6 5 15 175 14; fire_beetle 4 12 1+2 19 35 12;
rhinoceros_beetle 2 6 12 9 4000 14; stag_beetle 3 6 7 13 975 13; water_beetle 3 3 4 17 120 14; behir 4 15 12 9 7000 15;
black_pudding 6 6 10 11 2000 -; brown_pudding 5 6 11 9 2000 -; blink_dog 5 12 4 17 270 11; death_dog 7 12 2+1 19 120 11;
war_dog 6 12 2+2 19 65 8; wild_dog 7 15 1+1 19 35 5; brownie 3 12 1/2 20 175 11; buffalo 7 15 5 15 175 10;
bugbear 5 9 3+1 17 120 11; bulette -2 14 9 11 4000 11; catoblepas 7 6 6+2 15 975 11; centaur 5 18 4 17 175 13;
giant_centipede 9 15 1/2 20 35 5; huge_centipede 9 21 1/2 20 35 5; chimera 6 9 9 11 5000 13; cloaker 3 1 6 15 1400 13;
cockatrice 6 6 5 15 650 11; couatl 5 6 9 11 6000 13; crocodile 5 6 3 17 65 9; giant_crocodile 4 6 7 13 1400 11;
giant_crab 3 9 3 17 65 13; crypt_thing 3 12 6 15 975 17; cyclops 2 15 13 7 4000 16; dark_elf 4 12 2 19 650 14;
death_knight 0 12 9 11 6000 17; djinni 4 9 7+3 13 5000 13; dolphin 5 30 2+2 19 120 11; doppelganger 5 9 4 17 420 13;
dragon_turtle 0 3 12 9 10000 17; dragonne 6 15 9 11 2000 15; dryad 9 12 2 19 975 12; dwarf 4 6 1 20 175 13;
mountain_dwarf 4 6 1+1 19 270 13; efreeti 2 9 10 11 8000 15; elephant 6 15 11 9 4000 7; mammoth 5 12 13 7 6000 7;
elf 5 12 1+1 19 420 13; ettercap 6 12 5 15 650 13; ettin 3 12 10 11 3000 14; fire_snake 6 4 2 19 120 11;
firbolg 2 15 13+7 9 8000 16; fomorian 3 9 13+3 9 6000 14; verbeeg 4 18 5+5 15 270 13; giant_frog 7 3 1 19 120 8;
shrieker 7 1 3 17 120 12; violet_fungus 7 1 3 17 175 12; gargoyle 5 9 4+4 15 420 11; margoyle 2 6 6 15 975 13;
gelatinous_cube 8 6 4 17 650 10; ghast 4 15 4 17 650 13; ghoul 6 9 2 19 175 11; lacedon 6 9 2 19 175 11;
ghost 0 9 10 11 7000 -; cloud_giant 0 15 16 5 10000 17; fire_giant -1 12 15 5 8000 15; hill_giant 3 12 12 9 3000 13;
stone_giant 0 12 14 7 7000 16; storm_giant -6 15 19 3 14000 17; flind 5 12 2+3 17 120 11; gnoll 5 9 2 19 35 11;
gnome 6 6 1 19 65 12; deep_gnome 2 9 3+6 17 420 13; goblin 6 6 1-1 20 15 10; clay_golem 7 7 11 9 5000 19;
flesh_golem 9 8 9 11 2000 19; iron_golem 3 6 18 3 13000 19; stone_golem 5 6 14 7 8000 19; necrophidius 2 9 2 19 270 19;
caryatid_column 5 6 5 15 420 20; gorgon 2 12 8 13 1400 8; gray_ooze 8 1 3+3 17 270 10; green_slime 9 0 2 19 65 10;
ochre_jelly 8 3 6 15 270 10; slithering_tracker 5 12 5 15 975 15; griffon 3 12 7 13 650 11; grimlock 5 12 2 19 35 11;
green_hag -2 12 9 11 4000 17; sea_hag 7 15 3 17 1400 11; halfling 7 6 1/2 20 35 11; half_ogre 5 12 2+6 17 270 12;
harpy 7 6 7 13 975 13; hell_hound 4 12 4 17 420 13; heucuva 3 9 2 19 270 11; hippocampus 5 24 4 17 120 11;
hippogriff 5 18 3+3 17 175 9; hobgoblin 5 9 1+1 19 35 11; homunculus 6 6 2 19 270 13; draft_horse 7 12 3 17 65 5;
heavy_horse 7 15 3+3 17 120 5; light_horse 7 24 2 19 35 5; medium_horse 7 18 2+2 19 65 5; mule 7 12 3 17 65 5;
pony 7 12 1+1 19 35 5; riding_horse 7 24 3 17 65 5; imp 2 6 2+2 19 1400 8; quasit 2 15 3 17 2000 8;
invisible_stalker 3 12 8 13 3000 13; jackalwere 4 12 4 17 270 11; ki_rin -5 24 12 9 11000 18; kobold 7 6 1/2 20 7 8;
kraken 5 3 20 1 14000 18; lamia 3 24 9 11 3000 14; lammasu 6 12 7+7 13 4000 14; giant_leech 9 3 1 19 65 7;
leprechaun 8 15 1/2 20 270 11; leucrotta 4 18 6+1 15 975 14; lich 0 6 11 9 8000 17; lion 5 12 5+2 15 650 8;
leopard 6 15 3+2 17 270 8; mountain_lion 6 12 3+1 17 270 8; sabre_toothed_tiger 6 12 7+2 11 1400 11;
tiger 6 12 5+5 15 650 8; fire_lizard 3 9 10 11 3000 11; giant_lizard 5 15 3+1 17 175 8; lizard_king 3 9 8 13 975 16;
lizard_man 5 6 2+1 19 65 14; locathah 6 1 2 19 35 9; manticore 4 12 6+3 13 975 13; medusa 5 9 6 15 2000 13;
merman 7 1 1+1 19 65 10; mimic 7 3 7 13 975 15; minotaur 6 12 6+3 13 1400 13; mummy 3 6 6+3 13 3000 15;
guardian_naga 3 15 11 9 7000 15; spirit_naga 4 12 9 11 5000 14; water_naga 5 9 7 13 3000 11;
nightmare -4 15 6+6 15 2000 13; nixie 7 6 1/2 20 270 8; nymph 9 12 3 17 1400 7; pixie 5 6 1/2 20 650 11;
sprite 6 9 1 19 270 11; giant_octopus 7 3 8 13 2000 13; ogre 5 9 4+1 17 270 11; merrow 4 6 4+4 15 420 11;
ogre_mage 4 9 5+2 15 650 13; orc 6 9 1 19 15 11; otyugh 3 6 6 15 650 14; owlbear 5 12 5+2 15 420 11;
pegasus 6 24 4 17 175 11; peryton 7 12 4 17 270 16; piercer 3 1 1 19 35 8; poltergeist 10 6 1/2 15 65 10;
pseudodragon 2 6 2 19 420 15; purple_worm 6 9 15 5 13000 12; rakshasa -4 15 7 13 3000 15; rat 7 15 1/4 20 7 2;
giant_rat 7 12 1/2 20 15 5; remorhaz 0 12 9 11 5000 13; revenant 10 9 8 13 3000 -; roc 4 3 18 3 10000 11;
roper 0 3 10 11 10000 15; rust_monster 2 18 5 15 270 9; sahuagin 5 12 2+2 19 175 12; salamander 5 9 7+7 13 2000 13;
satyr 5 18 5 15 975 13; giant_scorpion 3 15 5+5 15 650 11; huge_scorpion 4 12 4+4 15 420 10;
large_scorpion 5 9 2+2 19 175 8; shadow 7 12 3+3 17 420 -; shambling_mound 0 6 8 13 6000 17; skeleton 7 12 1 19 65 -;
giant_skeleton 4 12 4+4 15 975 20; monster_skeleton 6 12 6 15 650 -; spectre 2 15 7+3 13 3000 15;
androsphinx -2 18 12 9 7000 17; sphinx -1 15 8 13 3000 17; gargantuan_spider 4 9 7+7 13 1400 14;
giant_spider 4 3 4+4 15 650 13; huge_spider 6 18 2+2 19 270 8; large_spider 8 6 1+1 19 175 7;
phase_spider 7 6 5+5 15 1400 15; giant_squid 7 3 12 9 5000 13; stirge 8 3 1+1 17 175 8; sylph 9 12 3 17 2000 14;
giant_toad 6 6 2+4 17 120 7; treant 0 12 7 13 2000 15; triceratops 2 9 16 5 8000 13; triton 5 15 3 17 270 13;
troglodyte 5 12 2 19 120 11; troll 4 12 6+6 13 1400 14; giant_troll 4 12 8 13 1400 17; ice_troll 8 9 2 19 175 11;
scrag 3 3 5+5 15 650 14; two_headed_troll 4 12 10 11 3000 15; tyrannosaurus 5 15 18 5 12000 12;
unicorn 2 24 4+4 15 650 14; vampire 1 12 8+3 11 8000 16; water_weird 4 12 3+3 15 420 13; werebear 2 9 7+3 13 1400 13;
wereboar 4 12 5+2 15 650 13; wererat 6 12 3+1 17 270 11; weretiger 3 12 6+2 15 975 13; werewolf 5 15 4+3 15 420 12;
killer_whale 4 30 9 11 975 14; wight 5 12 4+3 15 1400 14; will_o_wisp -8 18 9 11 3000 17; wolf 7 18 3 18 65 10;
dire_wolf 6 18 4+4 15 175 10; winter_wolf 5 18 6 15 975 13; worg 6 18 3+3 17 120 11; wolfwere 3 15 5+1 15 1400 14;
wraith 4 12 5+3 15 2000 15; wyvern 3 6 7+7 13 1400 14; xorn -2 9 7+7 13 4000 16; yeti 6 15 4+4 15 420 13;
zombie 8 6 2 19 65 -; juju_zombie 6 9 3+12 15 975 -; monster_zombie 6 9 6 15 650 -; air_elemental 2 36 8 13 3000 15;
earth_elemental 2 6 8 13 2000 15; fire_elemental 2 12 8 13 2000 15; titan 0 36 20 5 21000 19
"""
CASES = [line.split() for line in LINES.replace("\n", " ").split(";")]


@pytest.mark.parametrize(
    ("name", "armor_class", "movement", "hit_dice", "thac0", "experience", "morale"),
    [pytest.param(*case, id=f"MM: {case[0]}") for case in CASES],
)
def test_creature(name, armor_class, movement, hit_dice, thac0, experience, morale):
    found = rules.creature(name)
    assert int(armor_class) == found.armor_class
    assert int(movement) == next(iter(found.movement.values()))
    assert hit_dice == found.hit_dice
    assert int(thac0) == found.thac0
    assert int(experience) == found.experience_points
    assert (None if morale == "-" else int(morale)) == (found.morale[0] if found.morale else None)


def test_at_least_220_lines_are_typed_twice():
    assert 220 <= len({case[0] for case in CASES})


DRAGONS = """black 1 12 12 17; blue 0 9 14 17; green 0 9 13 15; red -3 9 15 17; white 1 12 11 15; brass 0 12 12 17;
bronze -2 9 14 17; copper 1 9 13 16; gold -4 12 16 17; silver -3 9 15 17"""


@pytest.mark.parametrize(
    ("name", "armor_class", "movement", "hit_dice", "morale"),
    [pytest.param(*line.split(), id=f"MM: {line.split()[0]} dragon") for line in DRAGONS.replace("\n", " ").split(";")],
)
def test_dragon_base_values(name, armor_class, movement, hit_dice, morale):
    found = rules.creature(f"{name} dragon")
    assert (int(armor_class), int(movement), hit_dice) == (found.armor_class, found.movement["land"], found.hit_dice)
    assert int(morale) == found.morale[0]
    assert any("age changes" in said for said in found.assumptions)


TREASURE = """orc individual L; orc lair C,O,Qx10,S; goblin individual K; goblin lair C; kobold lair Qx5;
hobgoblin individual J,M; bugbear individual J,K,L,M; bugbear lair B; gnoll lair D,Qx5,S; ghoul lair B,T; troll lair D;
vampire lair F; lich lair A; hill_giant lair D; cloud_giant lair E,Qx5; storm_giant lair E,Qx10,S; wraith lair E;
spectre lair Qx3,X,Y; mummy individual P; medusa individual P,Qx10,X,Y; rust_monster individual Q;
treant individual Qx5,X; purple_worm lair B,Qx5,X; dragon_turtle lair B,R,S,T,V; ogre individual M; ogre lair Q,B,S;
elf individual N; elf lair G,S,T"""


@pytest.mark.parametrize(
    ("name", "place", "types"),
    [pytest.param(*line.split(), id=f"MM: {line.strip()}") for line in TREASURE.replace("\n", " ").split(";")],
)
def test_treasure_of_creatures(name, place, types):
    assert tuple(types.split(",")) == rules.creature(name).treasure[place]
