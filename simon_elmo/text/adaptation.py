"""A biLM trained further on texts of a task, before its head is: the first step of ULMFiT."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from simon_elmo.elmo.embedder import ElmoEmbedder
from simon_elmo.text.settings import HeadSettings

if TYPE_CHECKING:
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining
    from simon_elmo.elmo.language_model.training import TrainingProgress

_STREAMS = 32  # of text side by side: the texts of a task are few, and more streams make fewer steps


def adapted(
    settings: HeadSettings,
    texts: Iterable[str],
    epochs: float,
    held_out: Iterable[str] | None,
    training: LanguageModelTraining | None,
    on_step: Callable[[TrainingProgress], None] | None,
) -> tuple[ElmoEmbedder, dict[str, float]]:
    """Return a biLM that was trained further on texts, and what came of it; see `ElmoClassifier.adapt`."""
    from simon_elmo.elmo.language_model.recipe import LanguageModelTraining

    model = settings.elmo.language_model()
    model.set_training(batch_size=_STREAMS)
    given, held = (
        [sentence for document in settings.documents(part) for sentence in document] for part in (texts, held_out or ())
    )
    found = {"perplexity_before": float(model.perplexity(held)["perplexity"])} if held else {}
    recipe = training or LanguageModelTraining(
        learning_rate=1e-3, schedule="slanted-triangular", epochs=epochs, layer_decay=2.6, seed=settings.seed
    )
    found["tokens"] = model.fit(given, training=recipe, on_step=on_step).tokens
    if held:
        found["perplexity_after"] = float(model.perplexity(held)["perplexity"])
    return ElmoEmbedder.from_language_model(model), found
