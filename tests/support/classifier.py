"""The classifier as the application uses it, loaded once per process."""

from functools import cache

from core.clock import SystemClock
from orchestrator.classify import CachedClassifier
from orchestrator.intents.choice import make_classifier
from store.embedding import Embedder, make_embedder


@cache
def packaged_embedder() -> Embedder:
    """The packaged model."""
    return make_embedder()


@cache
def shipped_classifier() -> CachedClassifier:
    """The shipped head over the packaged embedder."""
    return make_classifier(packaged_embedder(), SystemClock())
