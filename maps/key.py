"""The key of a dungeon as Markdown: an overview, then each room: boxed text, then what the Dungeon Master needs."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

_KINDS: Final = {
    "open": "arch",
    "door": "door",
    "stuck": "stuck door",
    "locked": "locked door",
    "barred": "barred door",
    "portcullis": "portcullis",
    "secret": "secret door",  # nosec B105 - a kind of door
    "concealed": "concealed door",
}


def key_markdown(document: Mapping[str, Any]) -> str:
    """The whole dungeon, ready to be read at the table."""
    doors = {door["id"]: door for door in document["doors"]}
    lines = [*_overview(document), *_wandering(document["wandering"])]
    for room in document["rooms"]:
        lines += ["", room_markdown(room, doors, document)]
    return "\n".join(lines).rstrip() + "\n"


def room_markdown(room: Mapping[str, Any], doors: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    """One room.

    Args:
        room: As it stands in the document.
        doors: All doors by id.
        document: For stairs and entrances.
    """
    size = f"{room['width_feet']} x {room['height_feet']} ft"
    heading = (
        f"### {room['number']}. {room['name']} ({size}{'' if room['shape'] == 'rectangle' else ', ' + room['shape']})"
    )
    parts = [heading, f"> {room['read_aloud']}", _exits(room, doors, document), *_facts(room)]
    return "\n\n".join(part for part in parts if part)


def stat_line(group: Mapping[str, Any]) -> str:
    """A group in one line: AC, MV, HD, hp, THAC0, #AT, Dmg, specials, size, morale, XP."""
    special = [f"SA {'; '.join(group['special_attacks'])}"] if group["special_attacks"] else []
    special += [f"SD {'; '.join(group['special_defenses'])}"] if group["special_defenses"] else []
    special += [f"MR {group['magic_resistance_percent']} %"] if group["magic_resistance_percent"] else []
    parts = [
        f"AC {group['armor_class']}",
        f"MV {group['movement']}",
        f"HD {group['hit_dice']}",
        f"hp {', '.join(map(str, group['hit_points']))}",
        f"THAC0 {group['thac0']}",
        f"#AT {group['attacks']}",
        f"Dmg {'/'.join(group['damage']) or 'none'}",
        *special,
        f"SZ {group['size']}",
        f"ML {group['morale'] if group['morale'] is not None else 'none'}",
        f"AL {group['alignment']}",
        f"XP {group['experience_each']:,}" + (f" each ({group['experience']:,})" if group["number"] > 1 else ""),
    ]
    called = f", {group['called']}" if "called" in group else ""
    return f"**{group['number']} {group['spoken']}{called}** ({group['doing']}): {', '.join(parts)}"


def treasure_line(treasure: Mapping[str, Any]) -> str:
    """Where it is, what it is, what it is worth, what it weighs."""
    pieces = [f"{number:,} {coin}" for coin, number in treasure["coins"].items()]
    found = Counter((one["what"], one["gold_pieces"]) for one in (*treasure["gems"], *treasure["art"]))
    pieces += [_piece(what, worth, number) for (what, worth), number in found.items()]
    pieces += [f"*{one['item']}* ({one['usable_by']})" for one in treasure["magic"]]
    in_all = f"{treasure['gold_pieces']:,g} gp in all, coins {treasure['weight_lb']:g} lb"
    return f"{treasure['where']}: {', '.join(pieces)}. {in_all}."


def _piece(what: str, worth: float, number: int) -> str:
    """`jasper (50 gp)`, or `3 x jasper (50 gp each)`."""
    return f"{what} ({worth:,g} gp)" if number == 1 else f"{number} x {what} ({worth:,g} gp each)"


def _overview(document: Mapping[str, Any]) -> Iterator[str]:
    brief, totals = document["brief"], document["totals"]
    history = document["history"]
    yield f"# {document['name']}"
    yield ""
    levels = len(document["levels"])
    yield (
        f"{len(document['rooms'])} rooms on {levels} level{'s' if levels > 1 else ''}, for "
        f"{brief['party_size']} character{'s' if brief['party_size'] > 1 else ''} of level {brief['party_level']}. "
        f"Seed {document['seed']}, {document['generator']}."
    )
    yield ""
    builder, fall = _lower(history["builder"]), _lower(history["fall"])
    yield f"**Built by** {builder}. **Lost when** {fall}. **Now:** {history['now']}"
    yield ""
    yield f"**Goal:** {document['goal']['what']}."
    yield ""
    yield from _hooks(document)
    for faction in document["factions"]:
        yield f"- **{faction['name']}** ({_rooms(faction['rooms'])}): want {faction['wants']}. Sign: {faction['sign']}."
    for key in document["keys"]:
        yield f"- **Key:** {key['what']}, room {key['room']}; opens {_where_locks_are(document, key)}."
    experience, gold = totals["experience"], totals["gold_pieces"]
    yield (
        f"- **Totals:** {experience['total']:,} XP (target {experience['target']:,}), {gold['total']:,g} gp "
        f"(target {gold['target']:,}), {totals['magic_items']} magical item{'s' if totals['magic_items'] != 1 else ''}."
    )
    yield f"- **Proof:** {_proof(document['proof'])}."


def _rooms(numbers: Sequence[int]) -> str:
    if not numbers:
        return "no room of their own"
    return f"room{'s' if len(numbers) > 1 else ''} {', '.join(map(str, numbers))}"


def _hooks(document: Mapping[str, Any]) -> Iterator[str]:
    """Why anybody goes there; nothing for a dungeon that was made before there were hooks."""
    if quest := document.get("quest"):
        yield " ".join(filter(None, [f"**Quest:** {quest['text']}", document.get("where")]))
        yield ""
    for rumour in document.get("rumours", ()):
        teller = f"{rumour['told_by']}: " if "told_by" in rumour else ""
        yield f"- {teller}\u201c{rumour['said']}\u201d *({rumour['truth']}: {rumour['behind']})*"
    if document.get("rumours"):
        yield ""


def _where_locks_are(document: Mapping[str, Any], key: Mapping[str, Any]) -> str:
    rooms = sorted({door["room"] for door in document["doors"] if door["id"] in key["opens"]})
    return "the locked door of room " + " and of room ".join(map(str, rooms)) if rooms else "no door that is left"


def _proof(proof: Mapping[str, Any]) -> str:
    if not proof["holds"]:
        return "; ".join(proof["problems"])
    hidden = proof["rooms"] - proof["rooms_reachable_without_secret_doors"]
    return (
        f"all {proof['rooms']} rooms can be reached, the goal without secret doors"
        f"{f' ({hidden} behind them)' if hidden else ''}; every key comes before its lock; "
        f"ways round: {proof['loops']}; the totals add up"
    )


def _wandering(table: Mapping[str, Any]) -> Iterator[str]:
    yield ""
    yield f"## Wandering ({table['check']})"
    yield ""
    yield f"| {table['die']} | Who | From | XP |"
    yield "|---|---|---|---|"
    for entry in table["entries"]:
        hp = ", ".join(map(str, entry["hit_points"]))
        yield (
            f"| {entry['roll']} | {entry['number']} {entry['name']} (hp {hp}), {_lower(entry['doing'])} | "
            f"room {entry['from_room']} | {entry['experience']:,} |"
        )
    yield ""
    yield table["note"]
    yield ""
    yield "## Rooms"


def _exits(room: Mapping[str, Any], doors: Mapping[str, Mapping[str, Any]], document: Mapping[str, Any]) -> str:
    told = [_exit(way, doors[way["door"]], document["style"]) for way in room["exits"]]
    for stair in document["stairs"]:
        for here, there, word in (("upper", "lower", "down"), ("lower", "upper", "up")):
            if stair[here]["room"] == room["number"] and not (word == "up" and stair["one_way"]):
                told.append(f"{stair['kind']} {word} to {stair[there]['room']}")
            elif stair[here]["room"] == room["number"]:
                told.append(f"chute in the ceiling, from {stair[there]['room']}, no way up")
    told += [f"{one['kind']} to the outside" for one in document["entrances"] if one["room"] == room["number"]]
    return f"**Exits:** {'; '.join(told)}."


def _exit(way: Mapping[str, Any], door: Mapping[str, Any], style: str) -> str:
    to = " or ".join(map(str, way["leads_to"])) or "a dead end"
    kind = "way" if style == "cave" and way["kind"] == "open" else _KINDS[way["kind"]]
    text = f"{kind} {way['side']} to {to} ({way['feet']} ft)"
    notes = []
    if way["kind"] in {"secret", "concealed"}:
        notes = [door["hidden_by"], door["find"]]
    elif way["kind"] == "barred":
        notes = ["bar on this side" if door["bar"] == "room" else "bar on the far side"]
    elif way["kind"] == "locked":
        notes = [door["material"]]
    elif door.get("state") == "ajar":
        notes = ["ajar"]
    return f"{text}, {', '.join(notes)}" if notes else text


def _facts(room: Mapping[str, Any]) -> Iterator[str]:
    for group in room["creatures"]:
        yield stat_line(group) + "."
    if room["approach"]:
        yield f"**Without a fight:** {room['approach']}"
    if trap := room["trap"]:
        save = f" Save vs. {trap['save']}." if trap["save"] else ""
        found = f"Sign: {trap['sign']}. Get by: {trap['avoid']}. ({trap['find']})"
        yield f"**Trap:** {trap['text']}: {trap['effect']}.{save} {found}"
    if special := room["special"]:
        yield f"**Special:** {special['text']} {special['use']}"
    for key in room["keys"]:
        yield f"**Key:** {key['what']} {key['where']}."
    if room["treasure"]:
        yield f"**Treasure:** {treasure_line(room['treasure'])}"
    if room["clues"]:
        yield f"**Clue:** {' '.join(clue['text'] for clue in room['clues'])}"
    for tie in room.get("ties", ()):
        yield f"**In your campaign:** {tie['text']}"
    yield f"**Searching:** {' '.join(room['details'])}"


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def rooms_in_lines(rooms: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    """Each room as a heading and one line, for a sheet that must fit on a page."""
    for room in rooms:
        met = ", ".join(
            f"{group['number']} {group['spoken']} (AC {group['armor_class']}, HD {group['hit_dice']}, "
            f"hp {'/'.join(map(str, group['hit_points']))}, THAC0 {group['thac0']}, "
            f"Dmg {'/'.join(group['damage']) or 'none'})"
            for group in room["creatures"]
        )
        parts = [met] if met else []
        parts += [f"trap: {room['trap']['text']} ({room['trap']['effect']})"] if room["trap"] else []
        parts += [room["special"]["text"].rstrip(".")] if room["special"] else []
        parts += [f"key: {key['what']} {key['where']}" for key in room["keys"]]
        if treasure := room["treasure"]:
            magic = "".join(f", {one['item']}" for one in treasure["magic"])
            parts.append(f"{treasure['gold_pieces']:,g} gp{magic}, {_lower(treasure['where'])}")
        parts += [_lower(clue["text"]).rstrip(".") for clue in room["clues"][:1]]
        yield f"{room['number']} {room['name']}", ("; ".join(parts) or "empty") + "."
