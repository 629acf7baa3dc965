"""A campaign as a folder of Markdown notes, as users of Obsidian keep them: one note an entity, links by name.

The head of a note has everything that a machine needs, its text is the description, and what follows the mark is
written for people to read and to click on, and is not read again.
"""

import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, BinaryIO, Final
from uuid import UUID

import orjson

from store.entity_rows import Entity
from store.relation_rows import Relationship
from store.transfer.export import Source, campaign_record, entity_record, relation_record
from store.transfer.file import FORMAT, FORMAT_VERSION
from store.transfer.front_matter import dump_head

CAMPAIGN_NOTE: Final = "_campaign.md"
MARK: Final = "<!-- what follows is written from the head of this note -->"
MAX_STEM_BYTES: Final = 120

_NOT_IN_NAMES: Final = re.compile(r'[\\/:*?"<>|#^\[\]\x00-\x1f\x7f]')
_RESERVED: Final = re.compile(r"(?i)^(con|prn|aux|nul|com[0-9]|lpt[0-9])$")
_OF_1980: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest time a zip can tell; the same campaign gives the same bytes."""


def write_notes(source: Source, out: BinaryIO) -> None:
    """Write a zip of notes, a folder for each type of entity."""
    stems = _stems(source.entities())
    relations: dict[UUID, list[Relationship]] = defaultdict(list)
    for relation in source.relations():
        relations[relation.source_id].append(relation)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as folder:
        _add(folder, CAMPAIGN_NOTE, _campaign_note(source))
        for entity in source.entities():
            note = _note(entity, relations.get(entity.id, []), stems)
            _add(folder, f"{entity.type.value}/{stems[entity.id]}.md", note)


def _add(folder: zipfile.ZipFile, path: str, text: str) -> None:
    info = zipfile.ZipInfo(path, _OF_1980)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o644 << 16
    folder.writestr(info, text.encode())


def _stems(entities: Iterable[Entity]) -> dict[UUID, str]:
    """The file name of each entity: its name, as far as file systems and links take it, each once in the folder."""
    stems: dict[UUID, str] = {}
    taken = {CAMPAIGN_NOTE.removesuffix(".md")}
    for entity in entities:
        wanted = stem_of(entity.name)
        stem, number = wanted, 1
        while stem.casefold() in taken:
            number += 1
            stem = f"{wanted} ({number})"
        taken.add(stem.casefold())
        stems[entity.id] = stem
    return stems


def stem_of(name: str) -> str:
    """A file name without its ending that every file system takes."""
    plain = " ".join(_NOT_IN_NAMES.sub(" ", name).split()).strip(". ")
    short = plain.encode()[:MAX_STEM_BYTES].decode(errors="ignore").rstrip(". ")
    return f"{short} (note)" if not short or _RESERVED.match(short) else short


def _campaign_note(source: Source) -> str:
    head = {"format": FORMAT, "format_version": FORMAT_VERSION, "view": source.view, **campaign_record(source)}
    return f"{dump_head(head)}# {source.campaign.name}\n"


def _note(entity: Entity, relations: list[Relationship], stems: dict[UUID, str]) -> str:
    record = _plain(entity_record(entity))
    description = record.pop("description", "")
    if stems[entity.id] != entity.name:
        record["aliases"] = [entity.name]
    if relations:
        record["relations"] = [_edge(relation) for relation in relations]
    parts = [_links(relations, stems), _secret(entity)]
    told = "".join(f"\n{part}\n" for part in parts if part)
    return f"{dump_head(record)}{description}\n\n{MARK}\n{told}"


def _edge(relation: Relationship) -> dict[str, Any]:
    record: dict[str, Any] = _plain(relation_record(relation))
    del record["source"]
    return record


def _plain(record: dict[str, Any]) -> dict[str, Any]:
    """The record with its times as texts."""
    plain: dict[str, Any] = orjson.loads(orjson.dumps(record, option=orjson.OPT_UTC_Z))
    return plain


def _links(relations: list[Relationship], stems: dict[UUID, str]) -> str:
    lines = [f"- {_line(relation.kind)} {_link(relation, stems)}{_period(relation)}" for relation in relations]
    return "\n".join(["## Relations", "", *lines]) if lines else ""


def _link(relation: Relationship, stems: dict[UUID, str]) -> str:
    stem = stems[relation.target_id]
    label = _NOT_IN_NAMES.sub(" ", relation.target.name)
    return f"[[{stem}]]" if stem == label else f"[[{stem}|{label}]]"


def _line(text: str) -> str:
    """The text on one line: what people read must not look like the mark."""
    return " ".join(text.split())


def _period(relation: Relationship) -> str:
    begins, ends = relation.period.begins, relation.period.ends
    told = _line(" ".join(filter(None, [f"from {begins}" if begins else "", f"to {ends}" if ends else ""])))
    return f" ({told})" if told else ""


def _secret(entity: Entity) -> str:
    if not isinstance(entity.secret, str):
        return ""
    quoted = "\n".join(f"> {line}" for line in entity.secret.splitlines())
    return f"> [!warning] Secret (DM only)\n{quoted}"
