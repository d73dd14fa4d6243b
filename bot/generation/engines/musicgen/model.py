"""The loaded model: its parts as the engine uses them."""

from dataclasses import dataclass
from typing import Any

import torch

from bot.errors import EngineFailed
from bot.generation.engines.musicgen.decoder import Decoder
from bot.generation.engines.weights import Weights

Tensor = Any


@dataclass(frozen=True, slots=True)
class Model:
    """A MusicGen in memory. ``frame_rate`` is frames a second, ``hop`` samples a frame, ``channels`` 1 or 2."""

    whole: Any
    tokenizer: Any
    decoder: Decoder
    rate: int
    hop: int
    channels: int
    melody: bool

    @property
    def frame_rate(self) -> float:
        """Frames a second."""
        return self.rate / self.hop


def load_model(weights: Weights, device: Any, numbers: Any) -> Model:
    """Load a folder; nothing is fetched. ``numbers`` are the language model's, which does nearly all of the work.

    The text encoder and the sound codec are small and keep single precision, as in audiocraft, which the models come
    from: T5 can overflow in half (huggingface/transformers 20287), and rounding in a codec is heard as noise.

    :raises EngineFailed: if the folder is no MusicGen, or its files are damaged.
    """
    from transformers import (
        AutoConfig,
        AutoTokenizer,
        MusicgenForConditionalGeneration,
        MusicgenMelodyForConditionalGeneration,
    )

    kinds = {"musicgen": MusicgenForConditionalGeneration, "musicgen_melody": MusicgenMelodyForConditionalGeneration}
    folder = str(weights.folder)
    try:
        kind = AutoConfig.from_pretrained(folder, local_files_only=True).model_type
        if kind not in kinds:
            raise EngineFailed(f"{folder} is a model of the kind {kind!r}, not a MusicGen")
        whole = kinds[kind].from_pretrained(folder, local_files_only=True, dtype=torch.float32).eval()
        whole.decoder.to(device, numbers)
        whole.to(device)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError) as error:
        raise EngineFailed(f"{folder} cannot be loaded: {str(error)[:300]}") from error
    codec, inner = whole.audio_encoder.config, whole.decoder
    whole.decoder = None  # its weights leave it; what generates is the session
    decoder = Decoder(inner)
    for part in (whole, inner):
        _leave_the_file(part)
    return Model(
        whole=whole,
        tokenizer=tokenizer,
        decoder=decoder,
        rate=codec.sampling_rate,
        hop=codec.hop_length,
        channels=inner.config.audio_channels,
        melody=kind == "musicgen_melody",
    )


def _leave_the_file(module: Any) -> None:
    """Copy what still lies in the file of weights, which counts as memory in use for as long as anything does."""
    module._apply(lambda value: value.clone() if value.device.type == "cpu" else value)


def words_of(model: Model, prompt: str) -> Tensor:
    """Return what the text encoder makes of one prompt, (words, width) at the decoder's width.

    Prompts are read one by one: the company in a batch must not change a take.
    """
    whole = model.whole
    read = model.tokenizer([prompt], return_tensors="pt").to(whole.device)
    with torch.inference_mode():
        told = whole.text_encoder(input_ids=read.input_ids, attention_mask=read.attention_mask).last_hidden_state
        if hasattr(whole, "enc_to_dec_proj"):
            told = whole.enc_to_dec_proj(told)
    return told[0]
