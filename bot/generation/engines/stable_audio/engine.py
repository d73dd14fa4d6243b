"""Stable Audio 3 as an engine: requests in, takes out."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from bot.generation.engine import Request
from bot.generation.engines.diffusion import DiffusionEngine, Group
from bot.generation.engines.splice import Sound
from bot.generation.engines.stable_audio.card import KIND
from bot.generation.engines.stable_audio.codec import read_in_pieces, sounding

Tensor = Any


class StableAudio(DiffusionEngine):
    """Makes takes with the three Stable Audio 3 pipelines, which share one set of weights in memory."""

    name = KIND.name
    rights = KIND.rights
    capabilities = KIND.capabilities
    numbers_on_gpu = "float16"
    _new: Any = None
    _varying: Any = None
    _painting: Any = None

    @property
    def rate(self) -> int:
        """The model's rate in Hz."""
        return int(self._new.vae.config.sampling_rate)

    @property
    def channels(self) -> int:
        """The model's channels."""
        return int(self._new.vae.config.audio_channels)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the takes are made with: 8 steps where guidance is distilled into the weights, else 100 with it."""
        distilled = bool(self._new.scheduler.config.stochastic_sampling)
        return {"steps": 8 if distilled else 100, "guidance": 1.0 if distilled else 6.0}

    @property
    def hears_negative(self) -> bool:  # type: ignore[override]
        """Weights into which guidance is distilled hear one prompt only."""
        return bool(self.parameters["guidance"] > 1)

    def estimate(self, request: Request) -> float:
        """Return the seconds of work: 0.01 per second of music on a GPU, 4 on two cores (the small model)."""
        each = 0.01 if torch.cuda.is_available() else 4.0
        return each * request.brief.seconds * len(request.seeds)

    def _open(self, folder: str, numbers: Mapping[str, Any]) -> None:
        from diffusers import StableAudio3AudioToAudioPipeline, StableAudio3InpaintPipeline, StableAudio3Pipeline

        self._new = StableAudio3Pipeline.from_pretrained(folder, dtype=dict(numbers), local_files_only=True)
        self._new.to(self._device)
        read_in_pieces(self._new.vae)
        self._varying = StableAudio3AudioToAudioPipeline(**self._new.components)
        self._painting = StableAudio3InpaintPipeline(**self._new.components)
        for pipeline in (self._new, self._varying, self._painting):
            pipeline.set_progress_bar_config(disable=True)

    def _close(self) -> None:
        self._new = self._varying = self._painting = None

    def _key(self, request: Request) -> tuple[object, ...]:
        """Prompts are padded to one length, so that orders with different words may share a call."""
        return (request.negative,) if self.hears_negative else ()

    def _latents(self, group: Group, stepped: Any) -> Tensor:
        given, mode = self.parameters, group.request.mode
        call: dict[str, Any] = {
            "prompt": group.prompts,
            "duration": group.seconds,
            "num_inference_steps": given["steps"],
            "generator": group.generators(),
            "output_type": "latent",
            "callback_on_step_end": stepped,
        }
        if mode == "new":
            if self.hears_negative:
                call |= {"guidance_scale": given["guidance"], "negative_prompt": group.request.negative}
            return self._new(**call).audios
        source = self._padded(group)[None].expand(len(group.parts), -1, -1)
        if mode == "vary":
            strength = min(max(group.request.strength, 0.05), 1.0)
            return self._varying(**call, audio=source, init_noise_level=strength).audios
        start, end = self._changed_span(group)
        return self._painting(**call, audio=source, mask_start_seconds=start, mask_end_seconds=end).audios

    def _decode(self, latents: Tensor, stepped: Callable[[], None]) -> Sound:
        return sounding(self._new.vae, latents, stepped)
