"""The parcel: what the buyer is handed, with as much of the music as the doorway takes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.delivery.links import Links
from bot.delivery.record import Names, engine_name, track_title
from bot.delivery.terms import Terms
from bot.orders.order import Order
from bot.screens import File, Link, Screen, Tone
from bot.texts import Texts, language_of

SENT = ("audio/mpeg", "audio/wav", "application/pdf")
"""What goes into the message itself; other formats wait on the download page."""


class Shelf(Protocol):
    """Where files lie."""

    def path(self, key: str) -> Any:
        """Return where the file of a key lies on this machine."""


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Writes the messages of a hand-over."""

    texts: Texts
    names: Names
    terms: Terms
    links: Links
    media: Shelf
    link_days: int

    def files(self, order: Order, limit: int | None = None) -> tuple[File, ...]:
        """Return the files that go into the message, none larger than ``limit`` bytes."""
        packed = [entry for entry in parts(order) if entry["type"] in SENT]
        packed = [entry for entry in packed if limit is None or entry["size"] <= limit]
        packed.sort(key=lambda entry: SENT.index(entry["type"]))
        return tuple(File(self.media.path(entry["key"]), buyer_name(order, entry)) for entry in packed)

    def parcel(self, order: Order, files: tuple[File, ...]) -> Screen:
        """Return the message with the music: thanks, what the licence allows, the files and the link."""
        title = track_title(order, self.names, self.terms)[language_of(order.locale)]
        sentences = [
            self._say(order, "parcel-thanks" if files else "parcel-thanks-link"),
            self.terms.grant(order.brief.purpose).short.say(order.locale),
            self._say(order, "parcel-licence", number=order.data["certificate"]["number"]),
            self._say(order, "parcel-link", days=self.link_days),
        ]
        notice = self.terms.disclosure.filled(engine=engine_name(order))[language_of(order.locale)]
        return Screen(
            title=self._say(order, "parcel-title", title=title),
            text="\n".join(sentences),
            facts=(*self._facts(order), (self.terms.words["notice"].say(order.locale), notice)),
            files=files,
            rows=((Link(self._say(order, "told-download"), self.links.for_order(order), "⬇️"),),),
            mark=order.data["certificate"]["number"],
            tone=Tone.GOOD,
        )

    def claim(self, order: Order) -> Screen:
        """Return what is said where the order was placed when its customer cannot be written to in private."""
        mark = order.data["certificate"]["number"]
        return Screen(text=self._say(order, "parcel-claim"), mark=mark, tone=Tone.GOOD, calls=order.customer)

    def _facts(self, order: Order) -> tuple[tuple[str, str], ...]:
        take = order.chosen or {}
        musical = [f"{take['tempo_bpm']:.0f} BPM"] if take.get("tempo_bpm") else []
        musical += [take["key"]] if take.get("key") else []
        facts = [(self._say(order, "parcel-length"), self.texts.length(order.locale, order.brief.seconds))]
        if musical:
            facts.append((self._say(order, "parcel-musical"), " · ".join(musical)))
        return tuple(facts)

    def _say(self, order: Order, key: str, **values: object) -> str:
        return self.texts.say(order.locale, key, **values)


def parts(order: Order) -> list[Mapping[str, Any]]:
    """Return everything in the parcel: the music's files, then the licence."""
    certificate = order.data.get("certificate")
    return [*order.data.get("files", ()), *([certificate["file"]] if certificate else ())]


def buyer_name(order: Order, entry: Mapping[str, Any]) -> str:
    """Return the name a file has on the buyer's machine, e.g. ``calm-K7Q2.wav``: telling, and safe everywhere."""
    stem, _, ending = entry["name"].rpartition(".")
    extra = "" if stem == "master" else f"-{stem}"
    return f"{order.brief.mood}-{order.id[:4]}{extra}.{ending}"
