"""Texts as vectors, so that what means the same is found whatever its words.

An Embedder turns texts into vectors of length one; the nearer two texts are in meaning, the nearer the product of
their vectors is to 1. Making one costs nothing: the model is loaded by the first `embed`, once per process, and until
then neither it nor the libraries that run it are in memory.
"""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:  # numpy is loaded with the model, not before
    import numpy as np
    import numpy.typing as npt

DIMENSIONS: Final = 384
"""The length of every vector; the column is made for it."""
BATCH: Final = 32
"""Texts that are embedded in one go; more at once is no faster and needs more memory."""
MAX_TOKENS: Final = 256
"""What the model reads of a text, about 200 words; the rest adds nothing to its vector."""


class Embedder(Protocol):
    """Whatever turns texts into vectors; deterministic, and safe to call from several threads.

    Attributes:
        model: Name of the model with a mark of its content. Vectors of different models are not comparable.
        dimensions: Length of a vector.
    """

    @property
    def model(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    def embed(self, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
        """The vectors of the texts, one row each: shape (len(texts), dimensions), each of length 1."""
        ...


def make_embedder() -> Embedder:
    """The embedder of this process, the packaged model; make one and share it."""
    from store.minilm import PackagedEmbedder  # noqa: PLC0415 - it needs the names above

    return PackagedEmbedder()


async def embed_aside(embedder: Embedder, texts: Sequence[str]) -> "npt.NDArray[np.float32]":
    """The same as `embed` for callers on an event loop, which must not stand still for milliseconds."""
    return await asyncio.to_thread(embedder.embed, texts)
