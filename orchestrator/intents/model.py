"""The default classifier: the head over the vectors of the packaged embedder."""

from pathlib import Path
from threading import Lock
from typing import Final

from core.errors import ConfigurationError
from orchestrator.classify import Classified, ranked
from orchestrator.intents.head import HEAD, Head, load_head
from store.embedding import Embedder


class ModelClassifier:
    """Classifies with the shipped head; head and embedding model are loaded by the first prompt.

    Args:
        embedder: That of campaign search.
        path: The head.
    """

    def __init__(self, embedder: Embedder, path: Path = HEAD) -> None:
        self._embedder = embedder
        self._path = path
        self._lock = Lock()
        self._head: Head | None = None
        self.version: Final = f"{path.name}/{embedder.model}"

    def classify(self, prompt: str) -> Classified:
        """See Classifier.

        Raises:
            ConfigurationError: The head was trained on vectors of another model.
        """
        head = self._load()
        [vector] = self._embedder.embed([prompt])
        return ranked(head.weigh(prompt, vector), sure=head.facts.sure)

    def _load(self) -> Head:
        with self._lock:
            if self._head is None:
                head = load_head(self._path)
                if head.facts.embedder != self._embedder.model:
                    raise ConfigurationError(
                        f"{self._path.name} was made for {head.facts.embedder}, but texts are embedded with "
                        f"{self._embedder.model}; run python -m orchestrator.intents.train"
                    )
                self._head = head
            return self._head
