"""DMA_INTENT_MODEL: what cannot be used is told, and the shipped head serves."""

import pytest
from prometheus_client import REGISTRY

from contracts.intents import Intent
from core.errors import ConfigurationError
from orchestrator.intents.choice import make_classifier
from orchestrator.intents.transformer import TransformerClassifier
from store.embedding import Embedder
from tests.support.clock import FakeClock


def fallbacks() -> float:
    return REGISTRY.get_sample_value("dma_intent_model_fallbacks_total") or 0.0


def test_a_missing_directory_is_told_and_the_shipped_head_serves(
    tmp_path, embedder: Embedder, clock: FakeClock, capsys
) -> None:
    before = fallbacks()

    classifier = make_classifier(embedder, clock, tmp_path / "nowhere")

    assert Intent.VALIDATE_RULE is classifier.classify("can an elf be a paladin").intent
    assert before + 1 == fallbacks()
    assert "intent_model_not_used" in capsys.readouterr().out


def test_a_directory_without_a_model_is_refused_by_name(tmp_path) -> None:
    with pytest.raises(ConfigurationError, match=r"DMA_INTENT_MODEL: .* holds no model"):
        TransformerClassifier(tmp_path)


def test_without_a_wish_nothing_is_told(embedder: Embedder, clock: FakeClock) -> None:
    before = fallbacks()
    make_classifier(embedder, clock)

    assert before == fallbacks()
