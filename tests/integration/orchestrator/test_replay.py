"""A recorded fight is played again and comes to the same end (R79).

After a change that is meant to answer otherwise: DMA_RECORD=1 records the fight anew.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.valkey import EmbeddedValkey
from store.database import Database
from tests.support.live_table import LiveTable
from tests.support.replay import ReplayHarness

RECORDING = Path(__file__).parent / "fixtures" / "combat_sequence.json"
SNAG = {
    "id": "0190c3a2-d4e5-7b1c-8f00-a1b2c3d4e5f6",
    "type": "npc",
    "name": "Snag",
    "attributes": {"race": "goblin", "hp": 7},
}
FIGHT = (
    "What is the THAC0 of a 5th level fighter with strength 18?",
    "Change Snag's hit points to 3",
    "Change Snag's hit points to 0",
    "How many experience points is a goblin worth?",
    "Change Nobody's hit points to 1",
)


@pytest.fixture
def harness(database: Database, valkey_server: EmbeddedValkey) -> Iterator[ReplayHarness]:
    table = LiveTable(database, valkey_server.database_url(61))
    harness = ReplayHarness(table)
    if os.environ.get("DMA_RECORD"):
        harness.begin([SNAG])
        for prompt in FIGHT:
            table.say(prompt)
        harness.record_session(table.session, RECORDING)
        table.close()
        pytest.skip("recorded anew")
    yield harness
    table.close()


@pytest.mark.replay
def test_combat_sequence_replay(harness: ReplayHarness, tmp_path: Path) -> None:
    expected = json.loads(RECORDING.read_text("utf-8"))

    result = harness.replay_session(RECORDING)

    assert expected["outcomes"] == result.outcomes
    assert expected["final_state"] == result.final_state
    # And what is recorded of the replay is the recording.
    harness.record_session(harness.session, tmp_path / "again.json")
    assert expected == json.loads((tmp_path / "again.json").read_text("utf-8"))
