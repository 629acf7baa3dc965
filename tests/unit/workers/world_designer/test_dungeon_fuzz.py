"""Five hundred dungeons of all styles and sizes: proved, within budget, valid by the contract, the same when repeated.

`python -m benchmarks dungeons` does ten thousand.
"""

import jsonschema_rs
import pytest

from benchmarks.dungeons import brief_for, problems_of
from contracts.content_schemas import content_schema
from workers.world_designer.dungeon.generate import generate_dungeon

CHUNK = 50
VALIDATOR = jsonschema_rs.validator_for(content_schema("dungeon"))


@pytest.mark.parametrize("start", range(0, 500, CHUNK))
def test_every_dungeon_can_be_played_and_is_worth_what_it_says(start: int) -> None:
    problems = []
    for seed in range(start, start + CHUNK):
        document = generate_dungeon(brief_for(seed), seed)
        problems += [*problems_of(seed, document), *(str(error) for error in VALIDATOR.iter_errors(document))]

    assert [] == problems
