"""What is refused about a model of the operator's own before anything heavy is loaded (DMA_EMBEDDING_MODEL)."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from store.embedding import make_embedder
from store.errors import EmbeddingSizeMismatch
from store.local_model import _mark


def a_model(folder: Path, *, hidden: int = 384, **files: dict[str, object]) -> Path:
    (folder / "config.json").write_text(json.dumps({"hidden_size": hidden}))
    for name, content in files.items():
        path = folder / name / "config.json"
        path.parent.mkdir()
        path.write_text(json.dumps(content))
    return folder


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="DMA_EMBEDDING_MODEL must be a folder with a model"):
        make_embedder(tmp_path / "nothing")


@pytest.mark.parametrize(
    ("hidden", "files"),
    [
        (768, {}),
        (384, {"1_Pooling": {"word_embedding_dimension": 1024}}),
        (384, {"2_Dense": {"out_features": 512}}),
    ],
)
def test_a_model_of_another_size_is_refused_by_what_its_files_say(
    tmp_path: Path, hidden: int, files: dict[str, dict[str, object]]
) -> None:
    with pytest.raises(EmbeddingSizeMismatch, match="the column holds 384"):
        make_embedder(a_model(tmp_path, hidden=hidden, **files))


def test_a_file_that_is_no_json_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{")
    with pytest.raises(ConfigurationError, match=r"config\.json is not JSON"):
        make_embedder(tmp_path)


@pytest.mark.skipif(find_spec("sentence_transformers") is not None, reason="the extra is installed here")
def test_without_the_extra_it_is_said_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="needs the extra `sentence-transformers`"):
        make_embedder(a_model(tmp_path))


def test_the_mark_of_a_model_changes_with_any_of_its_files(tmp_path: Path) -> None:
    marks = {_mark(a_model(tmp_path))}
    (tmp_path / "model.safetensors").write_bytes(b"1" * 10)
    marks.add(_mark(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"2" * 10)
    marks.add(_mark(tmp_path))

    assert 3 == len(marks)
    assert _mark(tmp_path) == _mark(tmp_path)
