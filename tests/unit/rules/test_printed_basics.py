"""Every line of the tables of prices, coins and rules of one line, typed a second time; the id names table and line."""

import pytest

import rules
from rules.asking.lexicon import read_list
from rules.asking.pattern_lists import patterns

BOOK = rules.default_rulebook()

WEAPON_PRICES = """
arquebus 500 gp, battle_axe 5 gp, blowgun 5 gp, composite_long_bow 100 gp, composite_short_bow 75 gp, long_bow 75 gp,
short_bow 30 gp, hand_crossbow 300 gp, heavy_crossbow 50 gp, light_crossbow 35 gp, dagger 2 gp, dart 5 sp,
footmans_flail 15 gp, footmans_mace 8 gp, footmans_pick 8 gp, hand_axe 1 gp, harpoon 20 gp, horsemans_flail 8 gp,
horsemans_mace 5 gp, horsemans_pick 7 gp, javelin 5 sp, knife 5 sp, heavy_horse_lance 15 gp, light_horse_lance 6 gp,
jousting_lance 20 gp, medium_horse_lance 10 gp, mancatcher 30 gp, morning_star 10 gp, awl_pike 5 gp, bardiche 7 gp,
bec_de_corbin 8 gp, bill_guisarme 7 gp, fauchard 5 gp, fauchard_fork 8 gp, glaive 6 gp, glaive_guisarme 10 gp,
guisarme 5 gp, guisarme_voulge 8 gp, halberd 10 gp, hook_fauchard 10 gp, lucern_hammer 7 gp, military_fork 5 gp,
partisan 10 gp, ranseur 6 gp, spetum 5 gp, voulge 5 gp, scourge 1 gp, sickle 6 sp, sling 5 cp, spear 8 sp,
staff_sling 2 sp, bastard_sword 25 gp, broad_sword 10 gp, khopesh 10 gp, long_sword 15 gp, scimitar 15 gp,
short_sword 10 gp, two_handed_sword 50 gp, trident 15 gp, warhammer 2 gp, whip 1 sp, quarterstaff 0 gp, club 0 gp
"""
GEAR_PRICES = """
backpack 2 gp, winter_blanket 5 sp, bucket 5 sp, candle 1 cp, chalk 1 cp, large_chest 2 gp, small_chest 1 gp,
crampons 4 gp, flint_and_steel 5 sp, glass_bottle 10 gp, grappling_hook 8 sp, holy_symbol 25 gp, holy_water 25 gp,
hourglass 25 gp, iron_pot 5 sp, ladder 5 cp, beacon_lantern 150 gp, bullseye_lantern 12 gp, hooded_lantern 7 gp,
good_lock 100 gp, poor_lock 20 gp, magnifying_glass 100 gp, map_case 8 sp, metal_mirror 10 gp, greek_fire 10 gp,
lamp_oil 6 cp, paper 2 gp, papyrus 8 sp, parchment 1 gp, perfume 5 gp, piton 3 cp, quiver 8 sp, hemp_rope 1 gp,
silk_rope 10 gp, large_sack 2 sp, small_sack 5 cp, sewing_needle 5 cp, signal_whistle 8 sp, signet_ring 5 gp,
soap 5 sp, spyglass 1000 gp, large_tent 25 gp, pavilion 100 gp, small_tent 5 gp, torch 1 cp, water_clock 1000 gp,
whetstone 2 cp, wineskin 8 sp, waterskin 8 sp, writing_ink 8 gp, body_shield 10 gp, buckler 1 gp, medium_shield 7 gp,
small_shield 3 gp, great_helm 30 gp, basinet 8 gp, belt 3 sp, riding_boots 3 gp, soft_boots 1 gp, good_cloak 8 sp,
common_robe 9 sp, dry_rations 10 gp, banquet 10 gp, gallon_of_ale 2 sp, bread 5 cp, night_at_an_inn 5 sp,
common_meal 3 sp, good_meal 5 sp, riding_horse 75 gp, draft_horse 200 gp, heavy_warhorse 400 gp,
medium_warhorse 225 gp, light_warhorse 150 gp, pony 30 gp, mule 20 gp, donkey 8 gp, war_dog 20 gp, guard_dog 25 gp,
camel 50 gp, riding_saddle 10 gp, flight_arrows 3 sp, sheaf_arrows 3 sp, sling_bullet 1 cp, spell_book 50 gp,
thieves_picks 30 gp
"""
ARMOR_PRICES = """
banded_mail 200, brigandine 120, bronze_plate_mail 400, chain_mail 75, field_plate 2000, full_plate 4000-10000, hide 15,
leather 5, padded 4, plate_mail 600, ring_mail 100, scale_mail 120, splint_mail 80, studded_leather 20
"""
SMALL_TABLES = """
coins: copper 1, silver 10, electrum 50, gold 100, platinum 500
starting_funds: warrior 5d4x10, wizard 1d4+1x10, rogue 2d6x10, priest 3d6x10
morale_of_troops: peaceful_animals 3, predators 7, animal_intelligence 12, semi_intelligent 11, low_intelligence 10,
 non_intelligent 18, mob 9, militia 10, green_troops 11, regular_soldiers 12, elite_soldiers 14, hirelings 12,
 henchmen 15
magical_ageing: haste 1, potion_of_speed 1, limited_wish 1, wish 5, gate 5, restoration 2, resurrection 3, ghost 10,
 ghost_touch 10-40/1d4x10
splashing_liquids: acid 2d4/1, holy_water 2d4/2, burning_oil 2d6/1d3
"""
ONE_LINE = """
initiative_die 1d10, surprise_die 1d10, attack_die 1d20, round 1 minute, turn 10 minutes, rounds_in_turn 10, death 0,
deaths_door -10, massive_damage 50, called_shot -4, ability_scores 3d6, prime_requisite_bonus 10, dual_class_scores 15,
memorizing 10, lay_on_hands 2, lay_on_hands_uses 1, druid_shapechange 7, wizard_potions 9, paladin_turning 3,
withdraw 1/3, charge_movement 50, charge_armor_class 1, charge_dexterity no, set_weapon_damage double,
    lance_charge_damage double, spell_disruption lost, spells_per_round 1,
resurrection_constitution 1, raise_elf no, ability_scores_method_iii 3d6, ability_scores_method_iv 12,
ability_scores_method_vi 8, abilities_number 6, races_number 6, class_groups 4, alignments_number 9, schools_number 8,
wizard_spell_levels 9, priest_spell_levels 7, paladin_tithe 10, paladin_fall fighter, ranger_fall fighter,
ranger_animals -1, druid_pass 3, druid_charm_immunity 7, druid_shape_healing 10-60, druid_shape_times 3, druid_ranks 9,
bard_inspire +1, bard_influence -1, bard_scrolls 10, spellbook_pages 100, starting_spells 3d4, jogging 2, running 3,
climb_unskilled 40, darkness_attack -4, shield_from_rear no, armor_class_best -10, turning_tries once,
pick_pockets_noticed 100, locks_time 1d10 rounds, sneaking_movement 1/3, backstab_attack +4, minor_access 3,
related_weapon half, two_weapon_extra 1, open_doors_die 1d20, hit_point_minimum 1, wisdom_for_high_spells 17,
deaths_door_loss 1, morale_when 25, magic_resistance 1d100, scroll_failure 5,
morale_die 2d10, reaction_die 2d10, coins_per_pound 50, awards_wizard 50, turned_undead_flee 3d4, turning_number 2d6
"""


def lines(text):
    """The lines of a list: the name and the words after it."""
    return [one.split(maxsplit=1) for one in " ".join(text.split()).split(", ")]


@pytest.mark.parametrize(("table_id", "text"), [("weapon_prices", WEAPON_PRICES), ("gear_prices", GEAR_PRICES)])
def test_prices_are_those_printed(table_id, text):
    table = BOOK.table(table_id)

    assert dict(lines(text)) == {row.exact[0]: f"{row.values[0]} {row.values[1]}" for row in table.rows}


def test_prices_of_armor_are_those_printed():
    rows = BOOK.table("armor_prices").rows

    shown = {row.exact[0]: "-".join(map(str, dict.fromkeys(row.values))) for row in rows}
    assert dict(lines(ARMOR_PRICES)) == shown


@pytest.mark.parametrize("text", SMALL_TABLES.replace("\n ", " ").strip().splitlines(), ids=lambda text: text[:12])
def test_small_tables_are_those_printed(text):
    table_id, _, rest = text.partition(": ")
    separator = "x" if table_id == "starting_funds" else "/"

    shown = {}
    for row in BOOK.table(table_id).rows:
        values = row.values[0] if isinstance(row.values[0], list | tuple) else row.values
        shown[row.exact[0]] = separator.join(map(str, values))
    assert dict(lines(rest)) == shown


@pytest.mark.parametrize(("rule", "shown"), lines(ONE_LINE))
def test_rules_of_one_line_are_those_printed(rule, shown):
    table = next(BOOK.table(name) for name in ("basic_rules", "dungeon_master_rules") if BOOK.table(name).covers(rule))

    assert shown == table.find(rule)["shown"][0]


def test_every_rule_of_one_line_can_be_asked_for():
    rules_of_one_line = {name for table in ("basic_rules", "dungeon_master_rules") for name in BOOK.table(table).names}

    assert rules_of_one_line == set(read_list("rule_wordings.txt"))
    assert rules_of_one_line >= {pattern.rule for pattern in patterns()}
