"""What is known of Stable Audio 3 without loading it: readable without torch."""

from bot.generation.engine import Capabilities, NeuralKind, RightsCard
from bot.orders.brief import SHORTEST_SECONDS

NAME = "stable-audio-3"

KIND = NeuralKind(
    name=NAME,
    rights=RightsCard(
        code_licence="Apache-2.0 (diffusers)",
        weights_licence="Stability AI Community License",
        weights_source="https://huggingface.co/stabilityai/stable-audio-3-medium",
        training_data="licensed music and sounds, as its maker states (model card)",
        sellable="conditional",
        condition=(
            "your yearly revenue is below 1,000,000 USD, you have registered for commercial use with Stability AI, and "
            'you show "Powered by Stability AI" where you offer the music'
        ),
        link="https://stability.ai/license",
    ),
    capabilities=Capabilities(
        sample_rate=44_100,
        channels=2,
        min_seconds=SHORTEST_SECONDS,
        max_seconds=380,
        extend=True,
        vary=True,
        repaint=True,
        tempo=True,
        max_takes=8,
        batches=True,
    ),
    home="bot.generation.engines.stable_audio.engine:StableAudio",
    repository="stabilityai/stable-audio-3-medium",
    memory=(7, 8),
    models=("StableAudio3Pipeline",),
)
