"""The library's own model, to hold ours against: an engine takes the weights out of the one that it loads."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.generation.engines.musicgen.engine import MusicGen


def library_model(engine: "MusicGen") -> Any:
    """Return the model that the library loads from an engine's folder."""
    from transformers import AutoConfig, MusicgenForConditionalGeneration, MusicgenMelodyForConditionalGeneration

    kinds = {"musicgen": MusicgenForConditionalGeneration, "musicgen_melody": MusicgenMelodyForConditionalGeneration}
    folder = str(engine._folder)
    return kinds[AutoConfig.from_pretrained(folder).model_type].from_pretrained(folder).eval()
