"""ACE-Step as an engine: requests in, takes out."""

from collections.abc import Callable, Mapping
from typing import Any

import torch

from bot.generation.engine import Request
from bot.generation.engines.ace_step.card import KIND
from bot.generation.engines.diffusion import DiffusionEngine, Group
from bot.generation.engines.pieces import in_pieces, pieces
from bot.generation.engines.splice import Sound

Tensor = Any
ROOMY_GIB = 20
"""From so much graphics memory on the whole pipeline stays there; below, its parts take turns."""

PIECE, MARGIN = 384, 64
"""Latents that are decoded at once (15 s), and as many beyond both ends as the convolutions look, and more."""

SHIFT = 3.0
SHORTEST_SECONDS = 10.0


class AceStep(DiffusionEngine):
    """Makes takes with ``AceStepPipeline``; turbo models in 8 steps, others in 50 with guidance."""

    name = KIND.name
    rights = KIND.rights
    capabilities = KIND.capabilities
    _pipeline: Any = None

    @property
    def rate(self) -> int:
        """The model's rate in Hz."""
        return int(self._pipeline.sample_rate)

    @property
    def channels(self) -> int:
        """The model's channels."""
        return int(self._pipeline.vae.config.audio_channels)

    @property
    def parameters(self) -> dict[str, Any]:
        """What the takes are made with."""
        turbo = self._pipeline.is_turbo
        return {"steps": 8 if turbo else 50, "guidance": 1.0 if turbo else 7.0, "shift": SHIFT}

    def estimate(self, request: Request) -> float:
        """Return the seconds of work: about 0.03 per second of music on a GPU, and far too long on a CPU."""
        each = 0.03 if torch.cuda.is_available() else 60.0
        return each * request.brief.seconds * len(request.seeds)

    def _open(self, folder: str, numbers: Mapping[str, Any]) -> None:
        from diffusers import AceStepPipeline

        pipeline = AceStepPipeline.from_pretrained(folder, dtype=dict(numbers), local_files_only=True)
        pipeline.set_progress_bar_config(disable=True)
        pipeline.vae.enable_tiling()
        if self._device.type == "cuda" and _gib() < ROOMY_GIB:
            pipeline.enable_model_cpu_offload()
        else:
            pipeline.to(self._device)
        self._pipeline = pipeline

    def _close(self) -> None:
        self._pipeline = None

    def _key(self, request: Request) -> tuple[object, ...]:
        """Prompts of different length would pad, and so change, each other; tempo and key are told once a call."""
        return (request.prompt, request.tempo_bpm, request.brief.key)

    def _latents(self, group: Group, stepped: Any) -> Tensor:
        given, count = self.parameters, len(group.parts)
        request = group.request
        call: dict[str, Any] = {
            "prompt": group.prompts,
            "lyrics": ["[Instrumental]"] * count,
            "audio_duration": group.seconds,
            "num_inference_steps": given["steps"],
            "guidance_scale": given["guidance"],
            "shift": given["shift"],
            "bpm": round(request.tempo_bpm) if request.tempo_bpm else None,
            "keyscale": request.brief.key,
            "generator": group.generators(),
            "output_type": "latent",
            "callback_on_step_end": stepped,
        }
        # The pipeline draws the source's latents from the one global generator: it is set, and put back afterwards.
        with torch.random.fork_rng():
            torch.manual_seed(0)
            if request.mode in ("extend", "repaint"):
                start, end = self._changed_span(group)
                call |= {"task_type": "repaint", "src_audio": self._padded(group), "repainting_start": start,
                         "repainting_end": end}  # fmt: skip
            elif request.mode == "vary":
                call |= self._half_way(group)
            return self._pipeline(**call).audios

    def _half_way(self, group: Group) -> dict[str, Any]:
        """Start from the source's latents with as much noise as ``strength`` says, and walk only the rest of the way.

        x_t = (1 - t) x + t noise, the interpolation that flow matching learned to undo (Lipman et al. 2023).
        """
        pipeline, count = self._pipeline, len(group.parts)
        source = self._padded(group)[None].to(self._device, pipeline.vae.dtype)
        known = pipeline.vae.encode(source).latent_dist.mode().transpose(1, 2)
        length = pipeline.prepare_latents(1, group.seconds, known.dtype, self._device).shape[1]
        known = torch.nn.functional.pad(known[:, :length], (0, 0, 0, max(0, length - known.shape[1])))
        noise = pipeline.prepare_latents(count, group.seconds, known.dtype, self._device, group.generators())
        times = pipeline._get_timestep_schedule(self.parameters["steps"], SHIFT, torch.device("cpu"), torch.float32)
        strength = min(max(group.request.strength, 0.05), 1.0)
        walked = [strength, *(float(moment) for moment in times if float(moment) < strength)]
        return {"latents": (1 - strength) * known + strength * noise, "timesteps": walked, "generator": None,
                "num_inference_steps": len(walked)}  # fmt: skip

    def _decode(self, latents: Tensor, stepped: Callable[[], None]) -> Sound:
        vae = self._pipeline.vae
        known, hop = latents.transpose(1, 2).to(vae.dtype), int(vae.hop_length)
        parts = pieces(known.shape[2], PIECE, MARGIN)
        shape = (self.channels, known.shape[2] * hop)
        return in_pieces(parts, shape, hop, lambda some: vae.decode(known[:, :, some]).sample, stepped)


def _gib() -> float:
    return float(torch.cuda.get_device_properties(0).total_memory) / 2**30
