"""Which classifier this process uses: the operator's when there is one that works, else the one that is shipped."""

from pathlib import Path

from core.clock import Clock
from core.errors import ConfigurationError
from orchestrator.classify import CachedClassifier, Classifier
from orchestrator.intents.model import ModelClassifier
from store.embedding import Embedder
from telemetry.logs import get_logger
from telemetry.metrics import INTENT_MODEL_FALLBACKS

log = get_logger(__name__)


def make_classifier(embedder: Embedder, clock: Clock, directory: Path | None = None) -> CachedClassifier:
    """The classifier of this process; make one and share it.

    Args:
        embedder: For the shipped one.
        clock: For the cache.
        directory: DMA_INTENT_MODEL. What cannot be used is told in the log and the metric, and the shipped one serves:
            a prompt is worth more than the wish for another model.
    """
    return CachedClassifier(_of_operator(directory) or ModelClassifier(embedder), clock)


def _of_operator(directory: Path | None) -> Classifier | None:
    if directory is None:
        return None
    from orchestrator.intents.transformer import TransformerClassifier  # noqa: PLC0415 - only where one is wanted

    try:
        return TransformerClassifier(directory)
    except ConfigurationError as error:
        log.error("intent_model_not_used", error_message=str(error), used="the shipped head")  # noqa: TRY400
        INTENT_MODEL_FALLBACKS.inc()
        return None
