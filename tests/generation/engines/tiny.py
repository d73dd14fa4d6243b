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
    """Give random weights enough size that codes, and so the takes, differ; codebooks start as zeros.

    The codec's sounds are loud (some beyond full scale), without an offset, and as different as their codes.
    """
    import torch

    with torch.no_grad():
        for name, value in model.audio_encoder.named_parameters():
            if "bias" in name:
                value.zero_()
            elif name.endswith("original0"):
                value.mul_(2.0)
        for name, value in (*model.named_parameters(), *model.named_buffers()):
            if "decoder.model" in name and value.dim() > 1:
                value.normal_(0, 0.3)
            elif "lm_heads" in name:
                value.normal_(0, 0.5)
            elif name.endswith("codebook.embed"):
                value.normal_(0, 1.0)


def tiny_ace_step(folder: Path) -> Path:
    """Save an ACE-Step pipeline with random weights, turbo as the real one."""
    import torch
    from diffusers import (
        AceStepPipeline,
        AceStepTransformer1DModel,
        AutoencoderOobleck,
        FlowMatchEulerDiscreteScheduler,
    )
    from diffusers.pipelines.ace_step import AceStepConditionEncoder
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(7)
    shared: dict[str, Any] = {
        "hidden_size": 16, "intermediate_size": 32, "num_attention_heads": 2, "num_key_value_heads": 1, "head_dim": 8,
        "sliding_window": 16,
    }  # fmt: skip
    text = Qwen3Config(
        vocab_size=24, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=1, head_dim=8, max_position_embeddings=256,
    )  # fmt: skip
    conditions = AceStepConditionEncoder(
        text_hidden_dim=16, timbre_hidden_dim=8, num_lyric_encoder_hidden_layers=1,
        num_timbre_encoder_hidden_layers=1, **shared,
    )  # fmt: skip
    with torch.no_grad():
        conditions.silence_latent.normal_(0, 1)
    pipeline = AceStepPipeline(
        vae=AutoencoderOobleck(
            encoder_hidden_size=16, downsampling_ratios=[2, 4, 4, 6, 10], channel_multiples=[1, 1, 1, 2, 2],
            decoder_channels=4, decoder_input_channels=8, audio_channels=2, sampling_rate=48_000,
        ),
        text_encoder=Qwen3Model(text),
        tokenizer=tiny_tokenizer(),
        transformer=AceStepTransformer1DModel(
            num_hidden_layers=2, in_channels=24, audio_acoustic_hidden_dim=8, is_turbo=True, **shared
        ),
        condition_encoder=conditions,
        scheduler=FlowMatchEulerDiscreteScheduler(num_train_timesteps=1, shift=1.0),
    )  # fmt: skip
    pipeline.save_pretrained(folder)
    return folder


def tiny_stable_audio(folder: Path) -> Path:
    """Save a Stable Audio 3 pipeline with random weights, distilled as the real one."""
    import torch
    from diffusers import (
        AutoencoderSAME,
        FlowMatchEulerDiscreteScheduler,
        StableAudio3DiTModel,
        StableAudio3DurationEmbedder,
        StableAudio3Pipeline,
    )
    from transformers import T5GemmaConfig, T5GemmaEncoderModel
    from transformers.models.t5gemma.configuration_t5gemma import T5GemmaModuleConfig

    torch.manual_seed(7)
    module = T5GemmaModuleConfig(
        vocab_size=24, hidden_size=16, intermediate_size=32, num_hidden_layers=1, num_attention_heads=2,
        num_key_value_heads=1, head_dim=8, max_position_embeddings=256, sliding_window=64,
        layer_types=["full_attention"],
    )  # fmt: skip
    vae = AutoencoderSAME(
        patch_size=256, encoder_channels=8, encoder_c_mults=[2], encoder_strides=[16], encoder_transformer_depths=[1],
        latent_dim=8, dim_heads=8, sampling_rate=44_100,
    )  # fmt: skip
    transformer = StableAudio3DiTModel(
        io_channels=8, embed_dim=16, depth=2, num_heads=2, cond_token_dim=16, global_cond_dim=16, local_add_cond_dim=9,
        timestep_features_dim=16, num_memory_tokens=2,
    )  # fmt: skip
    with torch.no_grad():  # gates and projections that start as zeros would make every take silent or the same
        for value in (*vae.parameters(), *transformer.parameters()):
            if value.dim() > 1 or not value.any():
                value.normal_(0, 0.15)
    pipeline = StableAudio3Pipeline(
        vae=vae,
        text_encoder=T5GemmaEncoderModel(T5GemmaConfig(encoder=module, is_encoder_decoder=False)),
        tokenizer=tiny_tokenizer(),
        duration_embedder=StableAudio3DurationEmbedder(output_dim=16, fourier_dim=16),
        transformer=transformer,
        scheduler=FlowMatchEulerDiscreteScheduler(
            num_train_timesteps=1, shift=1.0, use_dynamic_shifting=False, stochastic_sampling=True
        ),
    )
    pipeline.save_pretrained(folder)
    return folder
