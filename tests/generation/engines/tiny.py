"""Checkpoints of a few hundred kilobytes with random weights: built, saved, and loaded by the engines' own code."""

from pathlib import Path
from typing import Any

WORDS = ("calm", "piano", "music", "slow", "bright", "drums", "epic", "strings", "warm", "lo-fi", "a", "and", ",", ".")


def tiny_tokenizer() -> Any:
    """Return a tokenizer that knows a few words."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {"<pad>": 0, "</s>": 1, "<unk>": 2} | {word: 3 + place for place, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=64
    )


def tiny_musicgen(folder: Path, *, channels: int = 1, melody: bool = False, frame_rate: int = 5) -> Path:
    """Save a MusicGen with random weights; ``frame_rate`` is frames a second, so that minutes are few steps."""
    import torch
    from transformers import (
        EncodecConfig,
        EncodecModel,
        MusicgenConfig,
        MusicgenDecoderConfig,
        MusicgenForConditionalGeneration,
        MusicgenMelodyConfig,
        MusicgenMelodyDecoderConfig,
        MusicgenMelodyForConditionalGeneration,
        T5Config,
    )

    torch.manual_seed(7)
    text = T5Config(vocab_size=24, d_model=16, d_kv=8, d_ff=32, num_layers=1, num_heads=2)
    # 32 kHz over 5 frames a second: each frame is 6,400 samples.
    ratios = {5: [8, 8, 10, 10], 50: [8, 5, 4, 4]}[frame_rate]
    codec = EncodecConfig(
        sampling_rate=32_000, audio_channels=1, num_filters=2, hidden_size=16, codebook_size=32, codebook_dim=16,
        upsampling_ratios=ratios, target_bandwidths=[frame_rate * 4 * 5 / 1000], use_causal_conv=False,
        num_lstm_layers=1, norm_type="weight_norm", compress=2,
    )  # fmt: skip
    books = 4 * channels
    shared: dict[str, Any] = {
        "vocab_size": 32, "hidden_size": 32, "num_hidden_layers": 2, "ffn_dim": 64, "num_attention_heads": 4,
        "num_codebooks": books, "audio_channels": channels, "pad_token_id": 32, "bos_token_id": 32,
        "max_position_embeddings": 256, "dropout": 0.0,
    }  # fmt: skip
    if melody:
        config: Any = MusicgenMelodyConfig(
            text_encoder=text, audio_encoder=codec, decoder=MusicgenMelodyDecoderConfig(**shared), chroma_length=9
        )
        model: Any = MusicgenMelodyForConditionalGeneration(config)
    else:
        config = MusicgenConfig(text_encoder=text, audio_encoder=codec, decoder=MusicgenDecoderConfig(**shared))
        model = MusicgenForConditionalGeneration(config)
    _enliven(model)
    assert isinstance(model.audio_encoder, EncodecModel)
    model.generation_config.decoder_start_token_id = 32
    model.generation_config.pad_token_id = 32
    model.generation_config.bos_token_id = 32
    model.save_pretrained(folder)
    tiny_tokenizer().save_pretrained(folder)
    return folder


def _enliven(model: Any) -> None:
    """Give random weights enough size that codes, and so the takes, differ; codebooks start as zeros."""
    import torch

    with torch.no_grad():
        for name, value in (*model.named_parameters(), *model.named_buffers()):
            if "decoder.model" in name and value.dim() > 1:
                value.normal_(0, 0.3)
            elif "lm_heads" in name:
                value.normal_(0, 0.5)
            elif name.endswith("codebook.embed"):
                value.normal_(0, 1.0)
