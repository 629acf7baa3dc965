"""Staging: what middleware publishes for a finished message waits until that message is acknowledged.

Stock dramatiq publishes the next pipeline step, a retry or a callback first and acknowledges afterwards, and swallows a
failure of the first; a lost connection in between loses or doubles the rest of the pipeline. Here, on one thread:

    after_process_message of all middleware   enqueue() puts messages on the stage
    ack or nack                               one script writes the stage and finishes the entry
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bus.entry import Publication, Stage, StreamMessage


class HandoverFailed(Exception):
    """What follows from a message could not be put on its stage; the message goes to the dead letters instead."""


class Handover:
    """Keeps the open stage of each thread."""

    def __init__(self) -> None:
        self._local = threading.local()

    @property
    def stage(self) -> Stage | None:
        """The stage of the message this thread has just processed, while its middleware runs; else None."""
        stage: Stage | None = getattr(self._local, "stage", None)
        return stage

    def begin(self, message: StreamMessage, *, succeeded: bool) -> None:
        """Collect from now on what this thread enqueues, for this message.

        A second pass for the same message (an interrupt arrived during the first) starts anew: only one of success
        and failure may be handed over.
        """
        message.stage = self._local.stage = Stage(message, succeeded=succeeded)

    def end(self, message: StreamMessage, *, is_complete: bool) -> None:
        """Stop collecting; a message whose successor could not be put on its stage has failed."""
        self._local.stage = None
        stage = message.stage
        if stage is None or not is_complete:
            return
        stage.is_complete = True
        if stage.error is not None:
            stage.publications.clear()
            message.fail()
            message.stuff_exception(stage.error)

    @contextmanager
    def failures_kept(self) -> Iterator[None]:
        """Remember on the open stage what goes wrong inside: dramatiq logs and forgets it."""
        stage = self.stage
        try:
            yield
        except Exception as error:
            if stage is not None:
                stage.error = HandoverFailed(f"{type(error).__name__}: {error}")
                stage.error.__cause__ = error
            raise


def staged_with(message: StreamMessage) -> list[Publication]:
    """What is to be written together with the end of this message."""
    return message.stage.publications if message.stage is not None else []


def was_interrupted(message: StreamMessage) -> bool:
    """True when the middleware of a processed message did not run to its end, so its stage says too little."""
    return message.stage is not None and not message.stage.is_complete
