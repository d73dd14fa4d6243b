"""The figures of Telegram: limits and times; the real ones where they are known. A test may tighten them.

Sources: https://core.telegram.org/bots/api, https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Rules:
    """Sizes in bytes, lengths in UTF-16 units, times in seconds."""

    upload_limit: int = 50 * 1024 * 1024
    photo_limit: int = 10 * 1024 * 1024
    download_limit: int = 20 * 1024 * 1024
    text_length: int = 4096
    caption_length: int = 1024
    callback_data: int = 64
    answer_length: int = 200
    """Of the words answerCallbackQuery shows."""
    album: int = 10
    commands: int = 100
    query_within: float = 60.0
    """How long a pressed button waits for its answer; not published (bots are refused after 15 s and later)."""
    pre_checkout_within: float = 10.0
    """How long a payment waits for answerPreCheckoutQuery."""
    delete_within: float = 48 * 3600.0
    """How long a bot may delete its messages in a private chat."""
    paces: bool = False
    """Whether the rate limits below are enforced."""
    chat_per_second: float = 1.0
    chat_burst: int = 3
    """Messages a chat takes at once before it must slow down to `chat_per_second`."""
    group_per_minute: int = 20
    overall_per_second: int = 30
    webhook_patience: float = 10.0
    webhook_retry_after: float = 1.0
    """Wait after the first failed delivery; doubles with each further one, up to a minute."""
