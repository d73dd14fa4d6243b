"""What is known of ACE-Step without loading it: readable without torch."""

from bot.generation.engine import Capabilities, NeuralKind, RightsCard
from bot.orders.brief import LONGEST_SECONDS

NAME = "ace-step"

KIND = NeuralKind(
    name=NAME,
    rights=RightsCard(
        code_licence="Apache-2.0 (diffusers)",
        weights_licence="MIT",
        weights_source="https://huggingface.co/ACE-Step/acestep-v15-xl-turbo-diffusers",
        training_data="licensed, royalty-free and synthetic music, as its makers state (model card)",
        sellable="yes",
        link="https://huggingface.co/ACE-Step",
    ),
    capabilities=Capabilities(
        sample_rate=48_000,
        channels=2,
        min_seconds=10,
        max_seconds=LONGEST_SECONDS,
        extend=True,
        vary=True,
        repaint=True,
        tempo=True,
        max_takes=8,
        batches=True,
    ),
    home="bot.generation.engines.ace_step.engine:AceStep",
    repository="ACE-Step/acestep-v15-xl-turbo-diffusers",
    memory=(12, None),
    models=("AceStepPipeline",),
)
