"""The review card: what was asked, the takes with measured facts and warnings, and how to decide, at a glance."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.orders import corrections
from bot.orders.imitation import hinted, imitated
from bot.orders.letters import BUYER, conversation, open_question
from bot.orders.order import Order
from bot.orders.revision import Source, source_of
from bot.review.verdicts import Kind, Verdict, offered
from bot.screens import Button, File, Look, Screen, Tone, Track
from bot.storage.media import Media
from bot.texts import Texts, Tongue, plain

DIGITS = ("1️⃣", "2️⃣", "3️⃣")
STARS = {1: "★★★", 2: "★★", 3: "★"}
LEVELS = {"info": "·", "warn": "⚠️", "bad": "⛔"}
MADE_BY = {
    "keep": "card-revision-kept", "extend": "card-revision-extended", "repaint": "card-revision-repainted",
    "vary": "card-revision-varied",
}  # fmt: skip
"""What an engine that makes sound did to the piece before, as its takes' records name it."""

TONES = {Kind.APPROVE: Tone.GOOD, Kind.AGAIN: Tone.PLAIN, Kind.REJECT: Tone.BAD}


@dataclass(frozen=True, slots=True)
class Words:
    """The operator's language: the texts, the tongue they are read in, and the menu's names by (locale, kind, id)."""

    texts: Texts
    tongue: Tongue
    name: Callable[[str, str, str], str]

    @property
    def locale(self) -> str:
        """The locale of now."""
        return self.tongue.locale

    def say(self, key: str, /, **values: object) -> str:
        """Return a sentence in the operator's language."""
        return self.texts.say(self.locale, key, **values)


@dataclass(frozen=True, slots=True)
class Decided:
    """How a round ended: a verdict and who gave it, or ``because`` (a text key) where nobody did."""

    verdict: Verdict | None = None
    by: str = ""
    because: str = ""


def card(words: Words, media: Media, order: Order, round_: int, decided: Decided | None = None) -> Screen:
    """Return the card of one round. Once it is ``decided`` the buttons are off and the card says what was chosen."""
    takes = takes_of(order, round_)
    return Screen(
        title=words.say("card-title", order=order.id, round=round_, asked=asked_title(words, order)),
        text=_text(words, order, round_, decided),
        facts=tuple(_take_line(words, take) for take in takes),
        image=_picture(words, media, order, round_),
        files=tuple(file for take in takes if (file := _preview(words, media, take))),
        rows=_buttons(words, order, round_, takes, decided),
        mark=f"{order.id}/{round_}",
        tone=Tone.WAIT if decided is None else TONES[decided.verdict.kind] if decided.verdict else Tone.PLAIN,
        reactions=offered(len(takes)) if decided is None else (),
    )


def takes_of(order: Order, round_: int) -> Sequence[Mapping[str, Any]]:
    """Return the takes of the present round or of an earlier one."""
    earlier = {entry["round"]: entry["takes"] for entry in order.data.get("rounds", ())}
    found: Sequence[Mapping[str, Any]] = earlier.get(round_, order.data.get("takes", ()))
    return found


def asked_title(words: Words, order: Order) -> str:
    """Return an order in a few words, in the operator's language."""
    brief = order.brief
    return words.say(
        "asked-title",
        mood=words.name(words.locale, "mood", brief.mood),
        length=words.texts.length(words.locale, brief.seconds),
        purpose=words.name(words.locale, "purpose", brief.purpose),
    )


def _text(words: Words, order: Order, round_: int, decided: Decided | None) -> str:
    lines = [_verdict_line(words, order, decided)] if decided else [words.say("card-ask")]
    lines += _handed(words, order, round_)
    lines += _revision(words, order, round_)
    lines += _wishes(words, order)
    if decided is None and (said := _newest_letter(words, order)):
        lines.append(said)
    if decided is None and order.deadline and round_ == order.round:
        lines.append(words.say("card-until-free" if order.free else "card-until", moment=order.deadline))
    return "\n".join(lines)


def _handed(words: Words, order: Order, round_: int) -> list[str]:
    """Return what reached whom: the ways the parcel went, and those that were closed or failed."""
    went, data = order.data.get("hand_over", {}), order.data
    if not went or round_ != order.round:
        return []
    closed = [way for way in (*data.get("closed_ways", {}), *data.get("dead_ways", {})) if way not in went]
    tried = [way for way in dict.fromkeys(closed) if data.get("closed_ways", {}).get(way) != "no address"]
    ways = [f"✗ {words.say(f'way-{way}')}" for way in tried] + [f"✓ {words.say(f'way-{way}')}" for way in went]
    return [words.say("card-handed", ways=" · ".join(ways))]


def _verdict_line(words: Words, order: Order, decided: Decided) -> str:
    if decided.verdict is None:
        return words.say(decided.because or "card-over")
    kind = decided.verdict.kind
    key = "card-reject-free" if kind is Kind.REJECT and order.free else f"card-{kind}"
    return words.say(key, take=decided.verdict.take, by=decided.by)


def _revision(words: Words, order: Order, round_: int) -> list[str]:
    """Return which piece a revision changes and how, and whether its takes could not be made from that piece."""
    source = source_of(order)
    if source is None:
        return []
    change = words.say(f"change-{source.change.replace('_', '-')}")
    lines = [words.say("card-revision", order=source.order, change=change)]
    if source.words:
        lines.append(words.say("card-revision-words", words=plain(source.words, 500)))
    takes = takes_of(order, round_)
    modes = {take.get("made", {}).get("mode") for take in takes}
    if any(take.get("way") == "anew" for take in takes):
        lines.append(words.say("card-revision-anew"))
    else:
        lines += [words.say(key) for mode, key in MADE_BY.items() if mode in modes]
    lines += _tempo(words, source, takes)
    if any(take.get("carried") for take in takes):
        lines.append(words.say("card-revision-carried"))
    return lines


def _tempo(words: Words, source: Source, takes: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return how much faster or slower a piece was made, or that an engine was told so and may not have listened."""
    records = [take.get("made", {}) for take in takes]
    for times in {record["faster"] for record in records if "faster" in record}:
        way = "card-revision-faster" if times > 1.0 else "card-revision-slower"
        return [words.say(way, percent=f"{abs(times - 1.0):.0%}")]
    told = {"faster", "slower"} & set(source.edits) and any("prompt" in record for record in records)
    return [words.say("card-revision-tempo-told")] if told else []


def _wishes(words: Words, order: Order) -> list[str]:
    brief, locale = order.brief, words.locale
    values = {
        "style": words.name(locale, "style", brief.style) if brief.style else "",
        "tempo-bpm": f"{brief.tempo_bpm} BPM" if brief.tempo_bpm else "",
        "key": brief.key or "",
        "wanted": ", ".join(words.name(locale, "instrument", one) for one in brief.wanted),
        "unwanted": ", ".join(words.name(locale, "instrument", one) for one in brief.unwanted),
        "loop": words.say("asked-loop-yes") if brief.loop else "",
        "extras": ", ".join(words.say(f"extra-{extra}") for extra in brief.extras),
        "details": plain(brief.details, 1000),
    }
    lines = [
        words.say("card-wish", what=words.say(f"asked-{name}"), wish=value) for name, value in values.items() if value
    ]
    if name := imitated(brief.details) or hinted(brief.details):
        lines.append(words.say("card-names", name=plain(name, 60)))
    return lines


def _newest_letter(words: Words, order: Order) -> str:
    """Return the buyer's words that wait for the operator, or the question that waits for the buyer."""
    if asked := open_question(order):
        return words.say("card-asked", text=plain(asked["text"], 200))
    newest = next(reversed(conversation(order)), None)
    return words.say("card-written", text=plain(newest["text"], 200)) if newest and newest["side"] == BUYER else ""


def _take_line(words: Words, take: Mapping[str, Any]) -> tuple[str, str]:
    index = take["index"]
    label = " ".join(part for part in (DIGITS[index - 1], STARS.get(take.get("rank", 0), "")) if part)
    texts, locale = words.texts, words.locale
    measured = [
        f"{texts.number(locale, take['tempo_bpm'], 1)} BPM" if take.get("tempo_bpm") else "",
        take.get("key") or "",
        texts.length(locale, take["seconds"]),
        f"{texts.number(locale, take['lufs'], 1)} LUFS",
        f"{texts.number(locale, take['true_peak_dbtp'], 1)} dBTP",
    ]
    lines = [" · ".join(part for part in measured if part)]
    if changed := [words.say(key, **values) for key, values in corrections.changes(take)]:
        lines.append(words.say("card-corrected", changes=" · ".join(changed)))
    findings, reason = take.get("findings", ()), take.get("reason")
    if reason and not any(_same(reason, finding) for finding in findings):
        lines.append(sentence_of(words, reason))
    lines += [f"{LEVELS.get(finding.get('level', 'info'), '·')} {sentence_of(words, finding)}" for finding in findings]
    return label, "\n".join(lines)


def sentence_of(words: Words, sentence: Mapping[str, Any]) -> str:
    """Return a finding or reason in the operator's language; a ``fault`` within it is a sentence of its own."""
    values = dict(sentence.get("values", {}))
    if fault := values.get("fault"):
        values["fault"] = words.say(fault, **values)
    return words.say(sentence["text"], **values)


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two sentences say the same: the reason for a rank is often one of the findings."""
    return bool(one["text"] == other["text"] and one.get("values", {}) == other.get("values", {}))


def overview_key(order: Order, round_: int) -> str:
    """Return the media key of the picture of all takes of a round."""
    earlier = {entry["round"]: entry.get("overview") for entry in order.data.get("rounds", ())}
    return earlier.get(round_, order.data.get("overview")) or f"orders/{order.id}/r{round_}/overview.png"


def _picture(words: Words, media: Media, order: Order, round_: int) -> File | None:
    key = overview_key(order, round_)
    path = media.path(key)
    version = path.stem.partition("-")[2]
    name = f"takes-r{round_}{'-' if version else ''}{version}.png"
    return File(path, name, words.say("card-picture")) if path.is_file() else None


def _preview(words: Words, media: Media, take: Mapping[str, Any]) -> File | None:
    """Return a take's preview; a corrected one has a name of its own, by which a chat sees that it is another file."""
    key = take.get("files", {}).get("preview")
    if not key or not (path := media.path(key)).is_file():
        return None
    version = f"-{path.parent.name.removeprefix('c-')}" if path.parent.name.startswith("c-") else ""
    name = f"take{take['index']}{version}{path.suffix}"
    track = Track(words.say("card-button-approve", take=take["index"]))
    return File(path, name, words.say("card-preview", take=take["index"]), track)


def _buttons(
    words: Words, order: Order, round_: int, takes: Sequence[Mapping[str, Any]], decided: Decided | None
) -> tuple[tuple[Button, ...], ...]:
    """Return what to press: choose a take, or another verdict, or work on it. What is no verdict outlives it.

    The best take stands out until somebody has decided; from then on the chosen one does, if any was.
    """
    off = decided is not None
    best = min(takes, key=lambda take: take.get("rank", 99), default={}).get("index")
    if decided is not None:
        best = decided.verdict.take if decided.verdict and decided.verdict.kind is Kind.APPROVE else None
    approve = tuple(
        Button(
            words.say("card-button-approve", take=take["index"]),
            f"bgm:{Kind.APPROVE}:{order.id}:{_approval(order, round_, take)}",
            Look.GOOD if take["index"] == best else Look.PLAIN,
            DIGITS[take["index"] - 1],
            off,
        )
        for take in takes
    )
    reject = "card-button-reject-free" if order.free else "card-button-reject"
    verdicts = (
        Button(words.say("card-button-again"), f"bgm:{Kind.AGAIN}:{order.id}:{round_}", Look.PLAIN, "🔁", off),
        Button(words.say("card-button-but"), f"bgm:but:{order.id}:{round_}", Look.PLAIN, "✏️", off),
        Button(words.say(reject), f"bgm:{Kind.REJECT}:{order.id}:{round_}", Look.BAD, "❌", off),
    )
    correct = Button(words.say("card-button-correct"), f"bgm:correct:{order.id}:{round_}", Look.PLAIN, "🎚️", off)
    work = (
        *((correct,) if any("target" in take for take in takes) else ()),
        Button(words.say("card-button-preset"), f"bgm:keep:{order.id}:{round_}", Look.PLAIN, "⭐"),
        Button(words.say("card-button-ask"), f"bgm:write:{order.id}", Look.PLAIN, "💬"),
    )
    return (approve, verdicts, work)


def _approval(order: Order, round_: int, take: Mapping[str, Any]) -> str:
    """Return what an approval names: the round, the take, and which correction of it is heard here."""
    shown = corrections.of_take(order, take["index"])["shown"] if round_ == order.round else 0
    return f"{round_}.{take['index']}" + (f".{shown}" if shown else "")
