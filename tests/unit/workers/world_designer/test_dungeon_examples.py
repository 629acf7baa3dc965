"""The examples in the documentation are what is made today: the pages letter by letter, the maps dot by dot."""

import io

import pytest
from PIL import Image

from workers.world_designer.dungeon.examples import EXAMPLES, FOLDER, Example, files_of


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.name)
def test_an_example_is_what_is_made_today(example: Example) -> None:
    page, picture = files_of(example)
    told, drawn = FOLDER / f"{example.name}.md", FOLDER / f"{example.name}.png"

    assert page == told.read_text(encoding="utf-8"), "write them anew: make examples"
    assert Image.open(io.BytesIO(picture)).tobytes() == Image.open(drawn).tobytes(), "write them anew: make examples"
