"""An operator's own classifier, with a tiny DeBERTa of random weights that is built on the spot (R8).

Needs the extra `transformers`; run in an environment that has it: `python -m pytest tests/optional_models`.
"""

from pathlib import Path

import pytest

transformers = pytest.importorskip("transformers", reason="the extra `transformers` is not installed")

from contracts.intents import Intent  # noqa: E402 - after the check
from core.clock import SystemClock  # noqa: E402
from core.errors import ConfigurationError  # noqa: E402
from orchestrator.intents.choice import make_classifier  # noqa: E402
from orchestrator.intents.transformer import TransformerClassifier  # noqa: E402

pytestmark = pytest.mark.filterwarnings("ignore")


def build(directory: Path, labels: list[str]) -> Path:
    """A DeBERTa-v2 of two small layers with these labels, and a word tokenizer for it."""
    from tokenizers import Tokenizer, models, pre_tokenizers

    words = {
        word: number for number, word in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "make", "me", "a", "dwarf"])
    }
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    transformers.PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(directory)
    config = transformers.DebertaV2Config(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        id2label=dict(enumerate(labels)),
        label2id={label: number for number, label in enumerate(labels)},
    )
    transformers.set_seed(1)
    transformers.DebertaV2ForSequenceClassification(config).save_pretrained(directory)
    return directory


def test_a_local_model_says_what_a_prompt_asks_for(tmp_path: Path) -> None:
    directory = build(tmp_path, [intent.value for intent in Intent])

    classified = make_classifier(None, SystemClock(), directory).classify("make me a dwarf")

    assert classified == TransformerClassifier(directory).classify("make me a dwarf")
    assert 0 < classified.confidence < 1
    assert 2 == len(classified.alternatives)
    assert not classified.is_sure


def test_labels_that_are_no_intents_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="LABEL_0"):
        TransformerClassifier(build(tmp_path, ["LABEL_0", "LABEL_1"]))


def test_a_broken_model_is_refused(tmp_path: Path) -> None:
    (build(tmp_path, ["other", "rules_lookup"]) / "model.safetensors").write_bytes(b"broken")

    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        TransformerClassifier(tmp_path)
