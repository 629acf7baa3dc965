"""An operator's own classifier: a directory with a transformers text-classification model (R8), such as a DeBERTa.

Its labels must be the names of intents. Needs the extra `transformers`, which brings torch.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from threading import Lock
from typing import Any, Final

from contracts.intents import Intent
from core.errors import ConfigurationError
from orchestrator.classify import Classified, ranked

SURE: Final = 0.5
"""The model is not ours to calibrate: what it believes more than everything else together may write."""
MAX_TOKENS: Final = 256


class TransformerClassifier:
    """Classifies with `pipeline("text-classification")` over a local directory; nothing is downloaded.

    Args:
        directory: Model, tokenizer and config.json with `id2label`.

    Raises:
        ConfigurationError: There is no such model, its labels are no intents, or the extra is not installed.
    """

    def __init__(self, directory: Path) -> None:
        self._pipeline = _load(directory)
        # torch shares its threads between callers badly, and a prompt is short.
        self._lock = Lock()
        config = (directory / "config.json").read_bytes()
        self.version: Final = f"{directory.name}/{hashlib.sha256(config).hexdigest()[:8]}"

    def classify(self, prompt: str) -> Classified:
        """See Classifier."""
        with self._lock:
            found: list[Mapping[str, Any]] = self._pipeline(prompt, top_k=None, truncation=True, max_length=MAX_TOKENS)
        chances = {Intent(one["label"]): float(one["score"]) for one in found}
        return ranked(dict(sorted(chances.items(), key=lambda one: (-one[1], one[0]))), sure=SURE)


def _load(directory: Path) -> Any:
    if not (directory / "config.json").is_file():
        raise ConfigurationError(f"DMA_INTENT_MODEL: {directory} holds no model (no config.json)")
    try:
        from transformers import pipeline  # noqa: PLC0415 - an extra, and seconds to import
    except ImportError as error:
        raise ConfigurationError("DMA_INTENT_MODEL needs the extra: pip install 'dma[transformers]'") from error
    try:
        loaded = pipeline("text-classification", model=str(directory), device="cpu", local_files_only=True)
    except Exception as error:  # its readers raise what they like; whatever it is, the directory is of no use
        raise ConfigurationError(f"DMA_INTENT_MODEL: {directory} cannot be loaded: {error}") from error
    labels = set(loaded.model.config.id2label.values())
    if strange := labels - {intent.value for intent in Intent}:
        allowed = ", ".join(Intent)
        raise ConfigurationError(f"DMA_INTENT_MODEL: {sorted(strange)} are no intents; there are {allowed}")
    return loaded
