"""An embedding model of the operator's own: any folder that sentence-transformers can load.

Needs the extra `sentence-transformers`, which brings PyTorch. A GPU is used when PyTorch finds one. What can be seen
from the folder's small files is checked at the start; the weights are loaded by the first text.
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from core.errors import ConfigurationError
from store.embedding import BATCH, DIMENSIONS
from store.errors import EmbeddingSizeMismatch

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_SMALL_BYTES: Final = 1_000_000
"""Files up to here are part of the mark by their whole content, the weights by their size and end."""


class LocalModelEmbedder:
    """A sentence-transformers model from a folder; nothing is ever downloaded.

    Args:
        directory: The folder, with `config.json` and the weights.

    Raises:
        ConfigurationError: The folder holds no model, or the extra is not installed.
        EmbeddingSizeMismatch: The model's vectors do not have 384 dimensions.
    """

    dimensions: Final = DIMENSIONS

    def __init__(self, directory: Path) -> None:
        if not (directory / "config.json").is_file():
            raise ConfigurationError(
                f"DMA_EMBEDDING_MODEL must be a folder with a model; {directory} has no config.json"
            )
        self._directory = directory
        self.model: Final = f"{directory.name}@{_mark(directory)}"
        _require_size(self.model, _stated_size(directory))
        if find_spec("sentence_transformers") is None:
            raise ConfigurationError(
                "DMA_EMBEDDING_MODEL needs the extra `sentence-transformers`: "
                "pip install -r requirements/models.txt, or unset it to use the packaged model"
            )
        self._lock = Lock()
        self._loaded: Any = None

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """See Embedder; the first call loads PyTorch and the model (seconds, hundreds of MB)."""
        import numpy as np  # noqa: PLC0415 - loaded with the model

        if not texts:
            return np.zeros((0, DIMENSIONS), np.float32)
        # The tokenizer of a model must not be used by two threads at once.
        with self._lock:
            vectors = self._load().encode(
                [text.encode(errors="replace").decode() for text in texts],
                batch_size=BATCH,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
        return np.asarray(vectors, np.float32)

    def _load(self) -> Any:
        if self._loaded is None:
            from sentence_transformers import SentenceTransformer  # noqa: PLC0415 - takes seconds and 500 MB

            loaded = SentenceTransformer(str(self._directory), local_files_only=True)
            _require_size(self.model, loaded.get_embedding_dimension())
            self._loaded = loaded
        return self._loaded


def _mark(directory: Path) -> str:
    """Eight digits that change with the model, without reading all of its weights."""
    digest = sha256()
    for path in sorted(path for path in directory.rglob("*") if path.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(directory)} {size}\n".encode())
        with path.open("rb") as file:
            file.seek(max(0, size - _SMALL_BYTES))
            digest.update(file.read())
    return digest.hexdigest()[:8]


def _stated_size(directory: Path) -> int | None:
    """The length of the vectors as the folder's files tell it; None when they do not."""
    pooling, config = directory / "1_Pooling" / "config.json", directory / "config.json"
    dense = sorted(directory.glob("*_Dense/config.json"))
    for path, names in (
        *((each, ("out_features",)) for each in reversed(dense)),
        (pooling, ("word_embedding_dimension", "embedding_dimension")),
        (config, ("hidden_size",)),
    ):
        stated = _read_json(path)
        for name in names:
            if isinstance(stated.get(name), int):
                return int(stated[name])
    return None


def _read_json(path: Path) -> dict[str, Any]:
    try:
        read = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise ConfigurationError(f"{path} is not JSON: {error}") from error
    return read if isinstance(read, dict) else {}


def _require_size(model: str, size: int | None) -> None:
    if size is not None and size != DIMENSIONS:
        raise EmbeddingSizeMismatch(model=model, expected=DIMENSIONS, got=size)
