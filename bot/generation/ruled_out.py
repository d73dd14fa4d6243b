"""What a buyer ruled out, and whether whoever made a take could be told so.

The composer leaves out what it is told to. A model that reads can be told only by a negative prompt, and most of those
here have none; in words ("no drums") it may be understood or not. Then an ear has to say, and the review card asks it.
"""

from collections.abc import Mapping
from typing import Any

from bot.finishing.findings import Finding
from bot.generation.prompts import ruled_out
from bot.generation.rights import engine_kind
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook


def only_asked(brief: Brief, engine: str, made: Mapping[str, Any], book: MoodBook) -> tuple[Finding, ...]:
    """Return a warning where an engine could only be asked to leave out what the brief rules out.

    ``made`` is the take's record, in which ``negative`` stands if the model heard it.
    """
    obeys = not engine_kind(engine).capabilities.batches or made.get("negative")
    return () if obeys or not ruled_out(brief, book) else (Finding("check-unwanted", "warning"),)
