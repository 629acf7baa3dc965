"""Sessions of a table, recorded to a file and played again: the same prompts must come to the same outcome (R79).

A recording holds what went in (the campaign's entities as they stood, and prompts with the ids of their requests, from
which everything that is made gets its own ids and its chances) and what came of it: the outcome and the steps of each
request, and the campaign as it then stood.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from contracts.entities import EntityType
from store.database import Transaction
from store.entity_batches import NewRow, create_entities
from tests.support.live_table import DM, LiveTable

_SAID: Final = "SELECT id, prompt FROM requests WHERE session_id = %s ORDER BY created_at, id"
_STEPS: Final = "SELECT step_no, actor, state FROM steps WHERE request_id = %s ORDER BY step_no"
_CAMPAIGN: Final = """
SELECT id, type, name, description, attributes, state, version FROM entities
WHERE campaign_id = %s AND deleted_at IS NULL ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a session came to: the outcome of each prompt, and the entities of its campaign."""

    outcomes: list[dict[str, Any]]
    final_state: list[dict[str, Any]]


class ReplayHarness:
    """Records sessions and plays them again.

    Args:
        table: Where; a replay needs a database that does not hold the recorded session.
    """

    def __init__(self, table: LiveTable) -> None:
        self._table, self._given = table, list[dict[str, Any]]()

    @property
    def session(self) -> UUID:
        """The session that the table is at."""
        return self._table.session

    def begin(self, given: list[dict[str, Any]], *, campaign: UUID | None = None, session: UUID | None = None) -> None:
        """Sit down to an empty campaign that holds these entities: `id`, `type`, `name`, `attributes`."""
        self._table.sit_down(campaign=campaign, session=session)
        self._given = given
        rows = [NewRow(UUID(one["id"]), EntityType(one["type"]), one["name"], "", one["attributes"]) for one in given]
        with self._table.database.transaction() as tx:
            create_entities(tx, self._table.campaign, DM, rows, path="given")

    def record_session(self, session_id: UUID, recording_path: Path) -> Replayed:
        """Write everything that was said at a session since it began, and what came of it, to a file."""
        with self._table.database.transaction() as tx:
            said = [(row["id"], row["prompt"]) for row in tx.execute(_SAID, (session_id,)).fetchall()]
            seen = self._seen(tx, [request for request, _ in said])
        recording = {
            "campaign_id": str(self._table.campaign),
            "session_id": str(session_id),
            "given": self._given,
            "events": [{"request_id": str(request), "prompt": prompt} for request, prompt in said],
            "outcomes": seen.outcomes,
            "final_state": seen.final_state,
        }
        recording_path.write_text(json.dumps(recording, indent=1, ensure_ascii=False) + "\n", "utf-8")
        return seen

    def replay_session(self, recording_path: Path) -> Replayed:
        """Begin with the same and say the same again, under the same ids; what came of it now."""
        recording = json.loads(recording_path.read_text("utf-8"))
        ids = {name: UUID(recording[f"{name}_id"]) for name in ("campaign", "session")}
        self.begin(recording["given"], **ids)
        said = [(UUID(event["request_id"]), event["prompt"]) for event in recording["events"]]
        for request, prompt in said:
            self._table.say(prompt, request_id=request)
        with self._table.database.transaction() as tx:
            return self._seen(tx, [request for request, _ in said])

    def _seen(self, tx: Transaction, requests: list[UUID]) -> Replayed:
        views = {request: self._table.view(request) for request in requests}
        outcomes = [
            {
                "intent": view.intent,
                "status": view.status,
                "result": view.result,
                "error": view.error and {name: view.error[name] for name in ("title", "detail")},
                "steps": [dict(row) for row in tx.execute(_STEPS, (request,)).fetchall()],
            }
            for request, view in views.items()
        ]
        entities = tx.execute(_CAMPAIGN, (self._table.campaign,)).fetchall()
        final_state: list[dict[str, Any]] = json.loads(json.dumps(entities, default=str))
        return Replayed(json.loads(json.dumps(outcomes, default=str)), final_state)
