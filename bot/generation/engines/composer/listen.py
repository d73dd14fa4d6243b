"""A page with a player and a score picture for every mood and style, so that a person can go through them quickly."""

import html
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path

import soundfile

from bot.generation.engine import Progress, Request, Take
from bot.generation.engines.composer.engine import Composer, part_of
from bot.generation.engines.composer.picture import picture
from bot.orders.brief import Brief
from bot.settings.moods import MoodBook, Words
from bot.texts import Texts

_BLOCK = 1 << 16
PAGE = "index.html"


def write_listening_page(
    folder: Path,
    book: MoodBook,
    texts: Texts,
    locale: str,
    moods: Sequence[str] = (),
    styles: Sequence[str] = (),
    seconds: int = 30,
    progress: Progress = lambda share: None,
    seed: int = 1,
) -> Path:
    """Compose every mood in every style, write sounds and pictures into ``folder``, and return the page's path.

    :param moods: ids to go through, all of them if empty; ``styles`` likewise.
    :param seconds: length of each piece.
    :param progress: called with the share done; may raise to stop, the page then lists what there is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    composer = Composer(book)
    cells = [(mood, style) for mood in moods or book.moods for style in styles or book.styles]
    rows: list[str] = []
    page = folder / PAGE
    heard = ""
    try:
        for index, (mood, style) in enumerate(cells):
            brief = Brief(mood=mood, seconds=seconds, purpose=next(iter(book.purposes)), style=style)
            (take,) = composer.generate(Request(brief, (seed + index,)), part_of(progress, index, len(cells)))
            if mood != heard:
                rows.append(_heading(mood, book, locale))
                heard = mood
            rows.append(_entry(folder, take, book, mood, style, locale))
    finally:
        page.write_text(_page(rows, texts, locale), encoding="utf-8")
    progress(1.0)
    return page


def _word(words: Words, locale: str) -> str:
    return html.escape(words.ko if locale == "ko" else words.en)


def _heading(mood_id: str, book: MoodBook, locale: str) -> str:
    mood = book.moods[mood_id]
    return f'<h2 id="{mood_id}">{_word(mood.name, locale)} <small>{_word(mood.about, locale)}</small></h2>'


def _entry(folder: Path, take: Take, book: MoodBook, mood: str, style: str, locale: str) -> str:
    """Write one piece's files and return its place on the page."""
    assert take.score is not None
    name = f"{mood}-{style}"
    with soundfile.SoundFile(folder / f"{name}.mp3", "w", take.rate, 2, format="MP3") as file:
        for begin in range(0, take.audio.shape[1], _BLOCK):
            file.write(take.audio[:, begin : begin + _BLOCK].T)
    (folder / f"{name}.png").write_bytes(picture(take.score, 960, 336))
    facts = f"{round(take.tempo_bpm or 0)} BPM · {take.key} · {take.score['plan']['metre']}"
    title = f"{_word(book.moods[mood].name, locale)} · {_word(book.styles[style].name, locale)}"
    return (
        f'<article><h3>{title} <small>{html.escape(facts)}</small></h3><audio controls preload="none" src="{name}.mp3">'
        f'</audio><img loading="lazy" width="960" height="336" alt="{title}" src="{name}.png"></article>'
    )


def _page(rows: list[str], texts: Texts, locale: str) -> str:
    frame = files("bot.generation.engines.composer").joinpath("listen.html").read_text(encoding="utf-8")
    words = {"title": texts.say(locale, "listen-title"), "about": texts.say(locale, "listen-about")}
    for key, text in words.items():
        frame = frame.replace(f"{{{{{key}}}}}", html.escape(text))
    return frame.replace("{{locale}}", locale).replace("{{rows}}", "\n".join(rows))
