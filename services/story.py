"""All that is known of one request: `python -m services.story req_...`, which `make story ID=...` calls.

It asks what runs: Postgres for the request, its steps and their history, the bus for dead letters, and the files under
DMA_HOME/logs for the log lines of every process and for spans. Where logs go elsewhere, `--logs FILE ...` names files
of JSON lines to look into as well.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from dramatiq.errors import BrokerError

from bus import StreamsBroker
from bus.dead_letters import DeadLetter
from contracts.queues import Queue
from core.errors import EXIT_CONFIGURATION, ConfigurationError, DmaError
from core.ids import REQUEST_PREFIX, parse_id, prefixed
from core.locate import service_urls
from core.settings import Settings, load_settings
from orchestrator.broker import build_broker
from services.records import Record, kept_files, log_lines, spans
from services.story_text import story_text
from services.terminal import say
from store.database import Database
from store.story import RequestStory, read_story

WAIT_SECONDS = 2.0
LOOKED_AT = 5_000
"""Dead letters of a queue that are looked through, the newest; of one request they are hardly older."""


@dataclass(frozen=True, slots=True)
class Story:
    """One request from all sides.

    Attributes:
        known: What Postgres knows.
        lines: Of the log, in the order of time.
        spans: Of its trace, in the order of their starts.
        dead_letters: Its messages that were given up; None when the bus does not answer.
    """

    known: RequestStory
    lines: Sequence[Record]
    spans: Sequence[Record]
    dead_letters: Sequence[DeadLetter] | None

    def as_json(self) -> dict[str, Any]:
        """For other programs."""
        letters = None if self.dead_letters is None else [_letter(each) for each in self.dead_letters]
        return {
            "request": self.known.request,
            "steps": list(self.known.steps),
            "history": [asdict(row) for row in self.known.history],
            "log": list(self.lines),
            "spans": list(self.spans),
            "dead_letters": letters,
        }


def tell(settings: Settings, request_id: UUID, *, files: Sequence[Path] = ()) -> Story:
    """Gather the story of a request.

    Args:
        settings: Of the installation.
        request_id: Whose story.
        files: To look into beside those of this home.

    Raises:
        NotFound: There is no such request.
        DependencyUnavailable: Postgres does not answer.
    """
    urls = service_urls(settings, wait_seconds=WAIT_SECONDS)
    database = Database(urls.database_url, application_name="dma-story", max_size=1)
    database.open()
    try:
        with database.transaction() as tx:
            known = read_story(tx, request_id)
    finally:
        database.close()
    public_id = prefixed(REQUEST_PREFIX, request_id)
    searched = [*kept_files(settings.log_folder), *files]
    trace = known.request["traceparent"]
    return Story(
        known,
        log_lines(searched, public_id),
        spans(searched, trace.split("-")[1]) if trace else [],
        _dead_letters(urls.redis_url, public_id),
    )


def _dead_letters(redis_url: str, public_id: str) -> list[DeadLetter] | None:
    broker = build_broker(redis_url)
    try:
        return [letter for queue in Queue for letter in _letters_of(broker, queue, public_id)]
    except BrokerError:
        return None
    finally:
        broker.close()


def _letters_of(broker: StreamsBroker, queue: Queue, public_id: str) -> list[DeadLetter]:
    found: list[DeadLetter] = []
    cursor, looked_at = None, 0
    while looked_at < LOOKED_AT and (page := broker.dead_letters(queue.value, count=500, cursor=cursor)):
        found += [each for each in page if each.message and each.message.options.get("correlation_id") == public_id]
        cursor, looked_at = page[-1].id, looked_at + len(page)
    return found


def _letter(letter: DeadLetter) -> dict[str, Any]:
    """Without its payload, which holds a work token."""
    told = ("id", "queue", "reason", "error", "worker", "attempts", "starts", "first_sent_at", "failed_at")
    return {name: getattr(letter, name) for name in told}


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the story; 1 when there is none, 78 for a wrong setting, 2 for a wrong argument."""
    parser = argparse.ArgumentParser(prog="python -m services.story", description="All that is known of one request.")
    parser.add_argument("request_id", help="req_ and 32 hex digits, as the answer of POST /v1/prompts has it")
    parser.add_argument("--json", action="store_true", help="one JSON object, for other programs")
    parser.add_argument("--logs", nargs="+", type=Path, default=[], metavar="FILE", help="more files of JSON lines")
    options = parser.parse_args(arguments)
    request_id = parse_id(options.request_id, prefix=REQUEST_PREFIX)
    if request_id is None:
        parser.error("request_id must be req_ and 32 hex digits")
    if missing := [str(path) for path in options.logs if not path.is_file()]:
        parser.error(f"there is no file {', '.join(missing)}")
    try:
        story = tell(load_settings(), request_id, files=options.logs)
    except ConfigurationError as error:
        say(str(error))
        return EXIT_CONFIGURATION
    except DmaError as error:
        say(f"{options.request_id}: {error}")
        return 1
    if options.json:
        print(json.dumps(story.as_json(), default=str, indent=2))
    else:
        letters = None if story.dead_letters is None else [_letter(each) for each in story.dead_letters]
        print(story_text(story.known, story.lines, story.spans, letters))
    return 0


if __name__ == "__main__":
    sys.exit(main())
