"""The Scribe's vectors: made in the background, in batches, whenever an entity's text or the model changes.

    an entity is written -> the sweeper notices -> one message per campaign -> batches until nothing waits

What waits stands in Postgres; a message only says that something does. So nothing depends on any message, and the same
one twice does no harm.
"""

import os
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from dramatiq.errors import Retry

from core.errors import DependencyUnavailable
from store import embeddings
from store.database import Database
from store.embedding import BATCH, Embedder
from store.embeddings import EmbeddedText, TextToEmbed
from telemetry.logs import get_logger

log = get_logger(__name__)

BUDGET_SECONDS = 20.0
"""After so long a message ends and another takes its turn, so that campaigns share the model."""
SLICE = 8
"""Texts that are embedded without a look at whether others want the processors: some 30 ms of one."""
CROWDED = 1.2
"""So many times the processor time that it used is what an embedding may take before it gives way."""
NICENESS = 5
"""Of the thread that embeds: where others want the same processor, it gets a quarter of it and not half."""
_BUSY_MS = 1_000
_BROKEN_MS = 30_000


class EmbeddingKeeper:
    """Gives entities their vectors.

    Args:
        database: Where texts and vectors are.
        embedder: Makes the vectors.
        budget_seconds: After so long a call ends, whatever still waits.
    """

    def __init__(self, database: Database, embedder: Embedder, *, budget_seconds: float = BUDGET_SECONDS) -> None:
        self._database = database
        self._embedder = embedder
        self._budget_seconds = budget_seconds
        # One thread of the pool at a time: the others stay free for people's prompts.
        self._turn = threading.Lock()
        # A thread of its own, for it could not take its niceness back.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="embedding", initializer=_step_back)

    def embed_campaign(self, campaign_id: UUID) -> int:
        """Embed what waits in a campaign; returns how many vectors were kept.

        Raises:
            Retry: Another thread is at it, or the database or the model does not work right now.
        """
        if not self._turn.acquire(blocking=False):
            raise Retry("this process is embedding already", delay=_BUSY_MS)
        try:
            return self._embed_batches(campaign_id)
        except DependencyUnavailable as error:
            raise Retry("Postgres does not answer", delay=_BUSY_MS) from error
        except Exception as error:
            # Search goes on by name and text; the model may work again after a restart.
            log.exception("entities_not_embedded", campaign_id=str(campaign_id))
            raise Retry("the embedding model failed", delay=_BROKEN_MS) from error
        finally:
            self._turn.release()

    def note_outdated(self) -> int:
        """Note every entity without a vector of this model, as after a change of the model; returns how many."""
        noted = 0
        while True:
            with self._database.transaction() as tx:
                found = embeddings.note_outdated(tx, self._embedder.model)
            if not found:
                return noted
            noted += found

    def _embed_batches(self, campaign_id: UUID) -> int:
        kept, until = 0, time.monotonic() + self._budget_seconds
        while time.monotonic() < until:
            with self._database.transaction() as tx:
                texts = embeddings.texts_to_embed(tx, campaign_id, limit=BATCH)
            if not texts:
                break
            texts = sorted(texts, key=lambda each: len(each.text))  # those of like length cost least together
            vectors = [vector for start in range(0, len(texts), SLICE) for vector in self._embed(texts[start:][:SLICE])]
            embedded = [EmbeddedText(*pair) for pair in zip(texts, vectors, strict=True)]
            with self._database.transaction() as tx:
                now_kept = embeddings.keep_vectors(tx, self._embedder.model, embedded)
            if not now_kept:
                break  # all of them are being changed; they are asked for again
            kept += now_kept
        if kept:
            log.info("entities_embedded", campaign_id=str(campaign_id), entities=kept, model=self._embedder.model)
        return kept

    def _embed(self, texts: Sequence[TextToEmbed]) -> list[list[float]]:
        """The vectors of some texts; then a rest as long as they took, if the processors were wanted by others too.

        Whoever waits for an answer comes before what nobody waits for. An idle machine is used without a pause.
        """
        started, used = time.perf_counter(), time.process_time()
        made = self._aside.submit(self._embedder.embed, [each.text for each in texts])
        vectors: list[list[float]] = made.result().tolist()
        took = time.perf_counter() - started
        if took > CROWDED * (time.process_time() - used):
            time.sleep(took)
        return vectors


def _step_back() -> None:
    """Give way to the other threads of the machine; where threads have a priority of their own, which is Linux."""
    if sys.platform == "linux":
        thread = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, thread, max(NICENESS, os.getpriority(os.PRIO_PROCESS, thread)))
