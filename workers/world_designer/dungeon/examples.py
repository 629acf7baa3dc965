"""The examples in docs/examples, written anew by `make examples`; a test holds them to what is made today."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from contracts.dungeons import DungeonBrief
from maps.atlas import map_png
from maps.key import key_markdown
from workers.world_designer.content.campaign import Campaign, Known
from workers.world_designer.dungeon.cast import choose_cast
from workers.world_designer.dungeon.generate import generate_dungeon, theme_and_style

FOLDER: Final = Path(__file__).parents[3] / "docs" / "examples"


@dataclass(frozen=True, slots=True)
class Example:
    """An order, and what the campaign holds that it is given in."""

    name: str
    order: Mapping[str, Any]
    seed: int
    known: tuple[Known, ...] = field(default=())

    def document(self) -> dict[str, Any]:
        """The dungeon."""
        brief = DungeonBrief(**self.order)
        cast = choose_cast(Campaign(self.known), brief, theme_and_style(brief, self.seed)[0], self.seed)
        return generate_dungeon(brief, self.seed, cast=cast)


EXAMPLES: Final = (
    Example("keep", {"theme": "keep", "rooms": 20, "party_level": 2}, 5),
    Example("crypt", {"theme": "crypt", "style": "tomb", "rooms": 12, "party_level": 3}, 31),
    Example(
        "cavern",
        {"theme": "cavern", "rooms": 12, "party_level": 5},
        47,
        (
            Known("loc_" + "1" * 32, "location", "Ashford", attributes={"location_type": "town"}),
            Known("npc_" + "2" * 32, "npc", "Mora Tarn"),
            Known("fac_" + "3" * 32, "faction", "The Gilded Hand"),
        ),
    ),
)


def files_of(example: Example) -> tuple[str, bytes]:
    """The page and the picture of an example."""
    document = example.document()
    asked = json.dumps({"campaign_id": "...", **example.order, "seed": example.seed}).replace('"..."', "...")
    held = ", ".join(one.name for one in example.known)
    order = f"`POST /v1/generate/dungeon` with `{asked}`" + (f", in a campaign that holds {held}" if held else "")
    picture = f"![Map for the Dungeon Master]({example.name}.png)"
    title, rest = key_markdown(document).split("\n", 1)
    return f"{title}\n\n{order}\n\n{picture}\n{rest}", map_png(document, "dm")


def main() -> None:
    """Write every file anew."""
    for example in EXAMPLES:
        page, picture = files_of(example)
        (FOLDER / f"{example.name}.md").write_text(page, encoding="utf-8")
        (FOLDER / f"{example.name}.png").write_bytes(picture)


if __name__ == "__main__":
    main()
