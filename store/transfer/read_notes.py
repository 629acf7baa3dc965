"""Read a folder of Markdown notes: one that was exported, or one that somebody wrote by hand.

A note that was exported says everything in its head. Of one that was not, the file's name is the name, the folder's
name the type when it is one (else it is a session note), and every link to another note a relationship "mentions".
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final
from uuid import UUID

from contracts.entities import EntityType
from core.errors import InvalidInput
from core.ids import parse_id
from store.transfer.file import CampaignFile, Faults, IdMap, View, check_file
from store.transfer.front_matter import split_head
from store.transfer.notes import CAMPAIGN_NOTE, MARK, stem_of
from store.values import invalid

MAX_NOTES: Final = 100_000
MAX_NOTE_BYTES: Final = 1_000_000
MAX_FOLDER_BYTES: Final = 256 * 1024 * 1024

_LINK: Final = re.compile(r"\[\[([^\[\]|#^]{1,300})(?:[#^|][^\[\]]*)?\]\]")
_FIELDS: Final = ("type", "name", "attributes", "state", "tags", "secret", "created_at")


@dataclass(frozen=True, slots=True)
class _Note:
    path: PurePosixPath
    head: dict[str, Any]
    text: str

    @property
    def key(self) -> str:
        own = self.head.get("id")
        return own if isinstance(own, str) and own else self.path.with_suffix("").as_posix()

    @property
    def is_by_hand(self) -> bool:
        return "id" not in self.head


def read_notes(content: BinaryIO, campaign_id: UUID) -> CampaignFile:
    """Check a zip of notes from end to end.

    Args:
        content: The zip; nothing of it is ever written to a disk.
        campaign_id: The campaign that it will be loaded into.

    Raises:
        InvalidInput: It is no zip, too large, or notes in it are not allowed; up to 20 are named by their place.
    """
    try:
        with zipfile.ZipFile(content) as folder:
            notes = _notes(folder)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise invalid("body", "Must be a zip archive of Markdown notes, without a password") from error
    head = next((note.head for note in notes if note.path.name == CAMPAIGN_NOTE), {})
    notes = [note for note in notes if note.path.name != CAMPAIGN_NOTE]
    came_from = head.get("id")
    ids = IdMap(campaign_id, came_from=parse_id(came_from) if isinstance(came_from, str) else None)
    view: View = "player" if head.get("view") == "player" else "full"
    settings = head.get("settings") if isinstance(head.get("settings"), dict) else None
    by_stem = {note.path.stem.casefold(): note for note in reversed(notes)}
    relations = [edge for note in notes for edge in _edges(note, by_stem)]
    with _named_by_path(notes):
        return check_file(view, settings, [_entity(note) for note in notes], relations, ids)


def _notes(folder: zipfile.ZipFile) -> list[_Note]:
    files = [info for info in folder.infolist() if _is_note(info)]
    if len(files) > MAX_NOTES:
        raise invalid("body", f"Must hold at most {MAX_NOTES} notes")
    if not files:
        raise invalid("body", "Must hold Markdown notes: files that end in .md")
    notes, faults, left = [], Faults(), MAX_FOLDER_BYTES
    for info in files:
        with faults.at(_shown(info.filename)):
            content = _content(folder, info)
            left -= len(content)
            notes.append(_note(info.filename, content))
        if left < 0:
            raise invalid("body", f"Must hold at most {MAX_FOLDER_BYTES} bytes of notes")
    faults.raise_if_any()
    return notes


def _is_note(info: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(info.filename).parts
    is_hidden = any(part.startswith((".", "__")) for part in parts)
    return not info.is_dir() and not is_hidden and info.filename.lower().endswith(".md")


def _content(folder: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    """The note, read no further than it may be long: what the archive says of its length may be a lie."""
    with folder.open(info) as file:
        content = file.read(MAX_NOTE_BYTES + 1)
    if len(content) > MAX_NOTE_BYTES:
        raise invalid("", f"Must not be larger than {MAX_NOTE_BYTES} bytes")
    return content


def _note(path: str, content: bytes) -> _Note:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid("", "Must be UTF-8") from error
    head, body = split_head(text)
    told, mark, _ = body.rpartition(f"\n\n{MARK}\n")
    return _Note(PurePosixPath(path), head, told if mark else body.strip())


def _entity(note: _Note) -> dict[str, Any]:
    """The note as a record of a file; what its head has beside that becomes attributes of a note written by hand."""
    record: dict[str, Any] = {name: note.head[name] for name in _FIELDS if name in note.head}
    record |= {"id": note.key, "description": note.text}
    if not note.is_by_hand:
        return record
    others = {name: one for name, one in note.head.items() if name not in {*_FIELDS, "aliases", "relations"}}
    attributes = record.get("attributes", {})
    own = {"attributes": others | attributes} if isinstance(attributes, dict) else {}
    return {"name": note.path.stem, "type": _type_of(note.path)} | record | own | _tags(record)


def _tags(record: Mapping[str, Any]) -> dict[str, Any]:
    """Tags as people write them: one text, with or without the sign."""
    tags = record.get("tags")
    given = tags.replace(",", " ").split() if isinstance(tags, str) else tags
    if not isinstance(given, list) or not all(isinstance(tag, str) for tag in given):
        return {}
    return {"tags": [tag.removeprefix("#") for tag in given if tag.strip("# ")]}


def _type_of(path: PurePosixPath) -> str:
    for part in reversed(path.parts[:-1]):
        name = part.casefold().replace(" ", "_").replace("-", "_")
        for one in (name, name.removesuffix("s"), name.removesuffix("ies") + "y"):
            if one in set(EntityType):
                return one
    return EntityType.SESSION_NOTE.value


def _edges(note: _Note, by_stem: Mapping[str, _Note]) -> Iterator[dict[str, Any]]:
    """The relationships in the head; of a note written by hand also what its text links to."""
    stated = note.head.get("relations", [])
    for edge in stated if isinstance(stated, list) else []:
        yield {"source": note.key, **(edge if isinstance(edge, dict) else {})}
    if not note.is_by_hand:
        return
    linked = (by_stem.get(stem_of(PurePosixPath(link).stem).casefold()) for link in _LINK.findall(note.text))
    for target in dict.fromkeys(one.key for one in linked if one is not None):
        if target != note.key:
            yield {"source": note.key, "target": target, "kind": "mentions"}


class _named_by_path:  # noqa: N801 - used as a verb
    """Errors of the block that name an entity by its place name its note instead."""

    def __init__(self, notes: list[_Note]) -> None:
        self._notes = notes

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        if isinstance(error, InvalidInput):
            error.fields = tuple(type(one)(self._place(one.field), one.message) for one in error.fields)

    def _place(self, field: str) -> str:
        match = re.fullmatch(r"entities\.(\d+)(.*)", field)
        return f"{_shown(self._notes[int(match[1])].path.as_posix())}{match[2]}" if match else field


def _shown(path: str) -> str:
    return path[-120:]
