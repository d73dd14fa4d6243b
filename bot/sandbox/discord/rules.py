"""The figures of the world: time limits, sizes, rates. The defaults are Discord's own where they are public."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(slots=True)
class Rules:
    """Limits a test may tighten while the world runs. Times in seconds, sizes in bytes."""

    answer_within: float = 3.0
    """Time an application has for its first answer to an interaction."""
    interaction_life: float = 15 * 60.0
    """Life of an interaction's token, from the interaction on."""
    upload_limit: int = 20 * MIB
    """Largest single file without boosts (10 MiB until 2026-09)."""
    attachment_url_life: float = 24 * 3600.0
    """Life of a signed attachment URL."""
    heartbeat_interval: float = 41.25
    resume_within: float = 180.0
    """A session that stayed away longer cannot be resumed."""
    replay_length: int = 5000
    """Events kept per session for a resume."""
    nonce_memory: float = 300.0
    """How long `enforce_nonce` remembers a nonce."""
    bucket_limit: int = 120
    """Requests per bucket and window; the real figures are lower and secret, so this is generous."""
    bucket_window: float = 2.0
    global_limit: int = 1000
    """Authenticated requests per second over all routes (50 on the real Discord)."""
    identify_per_window: int = 1
    """`max_concurrency` announced by GET /gateway/bot."""
    privileged_intents: int = 0
    """Privileged intents switched on in the portal: presences 1<<8, members 1<<1, message content 1<<15."""
