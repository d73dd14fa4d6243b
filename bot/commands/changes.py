"""What a buyer's own words ask to have changed about a piece, in Korean or English: "slower, and without drums".

Phrases are looked for from the most particular to the most general, and what was understood is taken out before the
rest is read: "softer drums" is about the drums, not about the whole piece. What is not understood stays in the words
themselves, which the operator reads, and whoever wrote them sees what was understood before anything is placed.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from bot.commands.services import Services
from bot.commands.understood import understood
from bot.errors import BadInput
from bot.orders.brief import read_length

_PHRASES: tuple[tuple[str, str], ...] = (
    ("no-drums", r"(?:no|without|remove|drop|take out|mute)\s+(?:the\s+|any\s+)?(?:drums?|percussion|beat)\b"
                 r"|(?:드럼|비트|타악기)\S{0,2}\s*(?:없이|없애|빼|제거|말고)"),
    ("fewer-drums", r"(?:fewer|less|softer|quieter|lighter|gentler)\s+(?:drums?|percussion|beats?)\b"
                    r"|too (?:many|much)\s+(?:drums?|percussion)|(?:drums?|percussion) (?:is|are) too \w+"
                    r"|(?:드럼|비트|타악기)\S{0,2}\s*(?:너무\s*\S+|소리\S{0,2}\s*)?\s*(?:조금|좀|더)?\s*"
                    r"(?:줄|적|약하|작|낮|부드럽|조용|가볍|세|시끄|커|크|많)"),
    ("less-melody", r"(?:less|simpler|softer|quieter) melody|melody is too \w+"
                    r"|멜로디\S{0,2}\s*(?:조금|좀|더)?\s*(?:줄|약하|단순|덜|작|낮)"),
    ("more-melody", r"(?:more|stronger|clearer|catchier|louder) melody"
                    r"|멜로디\S{0,2}\s*(?:조금|좀|더)?\s*(?:강조|살려|또렷|선명|키|크|강하|많)"),
    ("fewer-instruments", r"fewer (?:instruments|sounds)|less busy|too (?:busy|crowded|full|cluttered)|more minimal"
                          r"|minimalist|악기\S{0,2}\s*(?:수\S{0,2}\s*)?(?:조금|좀|더)?\s*(?:줄|적|단순|덜)"
                          r"|(?:심플|단순|미니멀)하게|너무\s*(?:복잡|꽉)"),
    ("other-genre", r"(?:another|different|other) (?:genre|style)|다른\s*(?:장르|스타일)"),
    ("loop", r"\bloop(?:s|ed|ing|able)?\b|seamless|루프|무한\s*반복|이어지게|반복\s*재생"),
    ("shorter", r"(?:too|a bit too) long|너무\s*(?:길|긴)"),
    ("longer", r"(?:too|a bit too) short|너무\s*짧"),
    ("slower", r"too (?:fast|quick|hectic|rushed)|not (?:so|as) fast|너무\s*(?:빠르|빨라|급)|덜\s*빠르"),
    ("faster", r"too slow|not (?:so|as) slow|너무\s*(?:느리|느려|처지|늘어지)"),
    ("darker", r"too (?:bright|shrill|sharp|happy|cheerful)|(?:less|not so|not as) (?:bright|happy|cheerful)"
               r"|너무\s*(?:밝|날카)|덜\s*밝"),
    ("brighter", r"too (?:dark|gloomy|sad|muddy|dull)|(?:less|not so|not as) (?:dark|gloomy|sad)"
                 r"|너무\s*(?:어두|어둡|우울|칙칙)|덜\s*(?:어두|어둡|우울)"),
    ("calmer", r"too (?:loud|intense|energetic|dramatic|strong|aggressive|wild|exciting)"
               r"|(?:less|not so|not as) (?:intense|energetic|dramatic|loud|aggressive|exciting|energy)"
               r"|너무\s*(?:시끄|세|강|격|요란|크|커)|덜\s*(?:시끄|강|격|신나)"),
    ("livelier", r"too (?:calm|quiet|boring|soft|plain|sleepy|flat)|(?:less|not so|not as) (?:calm|quiet|boring|sleepy)"
                 r"|너무\s*(?:조용|잔잔|심심|밋밋|지루|차분)|심심해|밋밋해|지루해"),
    ("faster", r"faster|quicker|speed (?:it )?up|pick up the (?:pace|tempo)|(?:빠르게|빨리|템포\S?\s*(?:올|높))"),
    ("slower", r"slower|slow (?:it )?down|(?:느리게|느긋하게|천천히|템포\S?\s*(?:내리|내려|낮))"),
    ("calmer", r"calmer|calm (?:it )?down|quieter|softer|gentler|more (?:relaxed|relaxing|chill|calm|peaceful|mellow)"
               r"|tone (?:it )?down|(?:차분하|잔잔하|조용하|부드럽|편안하|은은하)(?:게|고)|차분히"),
    ("livelier", r"livelier|more (?:energetic|energy|upbeat|exciting|powerful|lively|intense|dramatic|punch|drive)"
                 r"|punchier|(?:신나|활기차|힘차|경쾌하|강렬하|역동적으로|박진감 있)게?|에너지\S*\s*(?:있|넘)"),
    ("brighter", r"brighter|lighter|happier|more (?:cheerful|bright|hopeful|sparkle|uplifting)"
                 r"|(?:밝|화사하|산뜻하|상큼하)(?:게|고)"),
    ("darker", r"darker|moodier|warmer|more (?:dark|moody|mysterious)|(?:어둡|무겁|따뜻하)(?:게|고)"),
    ("longer", r"longer|extend|lengthen|(?:길게|늘려|늘이)"),
    ("shorter", r"shorter|shorten|cut (?:it )?down|(?:짧게|줄여)"),
)  # fmt: skip
"""(change, phrases): names of the composer's edits; of several phrases the first that is found counts."""

_OPPOSITE = {
    "faster": "slower", "slower": "faster", "calmer": "livelier", "livelier": "calmer", "brighter": "darker",
    "darker": "brighter", "longer": "shorter", "shorter": "longer", "no-drums": "fewer-drums",
    "fewer-drums": "no-drums", "less-melody": "more-melody", "more-melody": "less-melody",
}  # fmt: skip

_SPAN = (
    r"(?P<length>\d{1,3}:[0-5]\d|\d+(?:\.\d+)?[\s-]*(?:minutes?|mins?)(?:\s*(?:and\s+)?\d+\s*(?:seconds?|secs?))?"
    r"|\d+(?:\.\d+)?[\s-]*(?:seconds?|secs?|s\b)|\d+(?:\.\d+)?\s*분(?:\s*(?:반|\d+\s*초))?|\d+(?:\.\d+)?\s*초)"
)
_LONGER_BY = re.compile(rf"{_SPAN}\s*(?:longer|more\b|(?:만|정도|쯤)?\s*더?\s*(?:길게|늘려|늘이|추가))")
_SHORTER_BY = re.compile(rf"{_SPAN}\s*(?:shorter|less\b|(?:만|정도|쯤)?\s*더?\s*(?:짧게|줄여|잘라))")
_EXACTLY = re.compile(
    rf"(?:make it|to be|to|be|into|exactly)\s+(?:about\s+)?{_SPAN}|{_SPAN.replace('length', 'length2')}"
    r"(?:\s*(?:long\b|version|cut\b|edit\b)|\s*(?:짜리|으로|로|길이|버전))"
)
_TASTE = re.compile(r"\b(?:too|less|fewer|not so|not as)\s+\w+|(?:너무|덜)\s*\S+")
_DENIED = re.compile(r"(?:\b(?:not|don't|never|no need to be)\s+(?:make it\s+|be\s+|too\s+)?)$")


@dataclass(frozen=True, slots=True)
class Wish:
    """What was understood: ``edits`` by name, a new length in ``seconds`` (None: as it is), and ``answers`` by the
    names of `Brief`'s fields."""

    edits: tuple[str, ...]
    seconds: int | None
    answers: dict[str, Any]

    @property
    def empty(self) -> bool:
        """Whether nothing was understood."""
        return not (self.edits or self.seconds or self.answers)


def wish_in(services: Services, sentence: str, seconds: int) -> Wish:
    """Return what a sentence asks to have changed about a piece of so many seconds."""
    text = unicodedata.normalize("NFKC", sentence).casefold().replace("’", "'")
    text, length = _length(text, seconds)
    edits: list[str] = []
    for change, phrases in _PHRASES:
        for found in re.finditer(phrases, text):
            if _DENIED.search(text[: found.start()]):
                continue
            if change not in edits and _OPPOSITE.get(change) not in edits:
                edits.append(change)
        text = re.sub(phrases, lambda found: " " * len(found[0]), text)
    if length is not None:
        edits = [edit for edit in edits if edit not in ("longer", "shorter")]
    answers = understood(services, _TASTE.sub(" ", text))
    for name in ("purpose", "seconds", *(("mood",) if edits else ())):
        answers.pop(name, None)
    if answers.pop("loop", False) and "loop" not in edits:
        edits.append("loop")
    return Wish(tuple(edits), length, answers)


def _length(text: str, seconds: int) -> tuple[str, int | None]:
    """Return the text without the length it names, and that length in seconds, None if it names none.

    Only what is plainly a length of the whole piece counts: "the first ten seconds" are none.
    """
    for pattern, sign in ((_LONGER_BY, 1), (_SHORTER_BY, -1), (_EXACTLY, 0)):
        for found in pattern.finditer(text):
            named = found.groupdict()
            typed = re.sub(r"\band\b|-", " ", named["length"] or named.get("length2") or "")
            try:
                span = read_length(typed, 1, 36_000)
            except BadInput:
                continue
            rest = text[: found.start()] + " " * len(found[0]) + text[found.end() :]
            return rest, max(1, seconds + sign * span) if sign else span
    return text, None
