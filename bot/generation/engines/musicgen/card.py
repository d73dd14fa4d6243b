"""What is known of MusicGen without loading it: readable without torch."""

from bot.generation.engine import Capabilities, NeuralKind, RightsCard
from bot.orders.brief import LONGEST_SECONDS, SHORTEST_SECONDS

NAME = "musicgen"

RIGHTS = RightsCard(
    code_licence="Apache-2.0 (transformers)",
    weights_licence="CC-BY-NC-4.0",
    weights_source="https://huggingface.co/facebook/musicgen-stereo-small",
    training_data="20,000 hours of music licensed by Meta, of Shutterstock and of Pond5 (model card)",
    sellable="no",
    condition="the weights are for non-commercial use: drafts and samples that are not for sale",
    link="https://creativecommons.org/licenses/by-nc/4.0/",
)

CAPABILITIES = Capabilities(
    sample_rate=32_000,
    channels=2,
    min_seconds=SHORTEST_SECONDS,
    max_seconds=LONGEST_SECONDS,
    extend=True,
    vary=True,
    repaint=True,
    melody=True,
    max_takes=32,
    batches=True,
)

KIND = NeuralKind(
    name=NAME,
    rights=RIGHTS,
    capabilities=CAPABILITIES,
    home="bot.generation.engines.musicgen.engine:MusicGen",
    repository="facebook/musicgen-stereo-small",
    memory=(4, 6),
    models=("musicgen", "musicgen_melody"),
)
"""Memory is for the small model; medium takes about twice and large about four times as much."""
