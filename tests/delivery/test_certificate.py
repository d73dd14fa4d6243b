import json
import re
import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pypdf
import pytest
import segno
from PIL import Image

from bot.delivery.certificate import Printer, set_page, size_of
from bot.delivery.record import check, sign
from bot.errors import BadSetting
from bot.settings.files import default_folder
from tests.delivery import shop
from tests.delivery.test_record import record

ADDRESS = "https://kiosk.example/verify/BGM-A7FLU-KVTQF"
PEAKS = [round(abs(np.sin(index / 7)) * 100) for index in range(180)]


def printed(locale: str = "ko", **changes: Any) -> bytes:
    envelope = sign(record(shop.order(locale=locale)) | changes, shop.keys().signing())
    return shop.printer().print(envelope, locale, ADDRESS, PEAKS)


def text_of(pdf: bytes) -> str:
    """What a person can select and copy, without the line ends of the layout."""
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def test_the_same_record_gives_the_same_bytes() -> None:
    assert printed() == printed()


@pytest.mark.parametrize("locale", ["ko", "en-US"])
def test_every_word_of_the_record_stands_in_the_pdf_as_text(locale: str) -> None:
    text = squeezed(text_of(printed(locale)))
    written = record(shop.order(locale=locale))
    languages = ("ko", "en") if locale == "ko" else ("en",)
    for language in languages:
        grant = written["grant"]
        sentences = [grant["use"], grant["nature"], grant["disclosure"], *grant["limits"]]
        sentences += [entry["words"] for entry in (*grant["terms"], *grant["scope"])]
        for words in sentences:
            assert squeezed(words[language]) in text, words[language]
    for fact in (written["certificate"], "K7Q2MXW4PD", "884120393845276712", "cs_1", "₩15,000", "ab" * 32,
                 "72BPM·Dmajor", "Apache-2.0", "kiosk-1 0.1.0"):  # fmt: skip
        assert squeezed(fact) in text, fact


@pytest.mark.parametrize(
    ("locale", "issued", "engine"),
    [
        ("ko", "2026년 11월 21일 오후 9:00 (GMT+09:00)", "자체 작곡 엔진 (kiosk-1)"),
        ("en-US", "November 21, 2026, 9:00 PM (GMT+09:00)", "the shop's own composer (kiosk-1)"),
    ],
)
def test_its_face_is_written_for_people_and_its_proof_for_machines(locale: str, issued: str, engine: str) -> None:
    written = record(shop.order(locale=locale))
    names = {"master.wav": "calm-K7Q2.wav"}
    printer, envelope = shop.printer(), sign(written, shop.keys().signing())
    pdf = set_page(printer.template, printer.fonts, printer.page(envelope, locale, ADDRESS, PEAKS, names), shop.NOON)
    face, proof = (squeezed(page.extract_text()) for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    assert squeezed(issued) in face
    assert squeezed(engine) in face
    for raw in ("2026-11-21T", "kiosk-10.1.0", "12:00:00", "master.wav"):
        assert raw not in face, raw
    assert "2026-11-21T12:00:00Z" in proof
    assert "calm-K7Q2.wav" in proof
    assert "master.wav" not in proof
    # What is signed and attached is the record as it is, whatever the page says
    attached = pypdf.PdfReader(BytesIO(pdf)).attachments["licence.json"][0]
    assert json.loads(attached) == envelope
    assert check(json.loads(attached), shop.keys().signing().public_key()) == written


def test_no_letter_is_missing_from_the_fonts() -> None:
    """Every character is drawn by an embedded font: none falls back to the empty box (glyph 0)."""
    reader = pypdf.PdfReader(BytesIO(printed("ko", licensor={**record()["licensor"], "name": "뷁쌰똠 Ünïcode 가게"})))
    assert "뷁쌰똠" in text_of(printed("ko", licensor={**record()["licensor"], "name": "뷁쌰똠 Ünïcode 가게"}))
    fonts = {}
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            inner = font.get_object()["/DescendantFonts"][0].get_object()
            fonts[inner["/BaseFont"]] = inner["/FontDescriptor"].get_object()
    assert any("Pretendard" in name for name in fonts)
    for name, descriptor in fonts.items():
        assert any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")), f"{name} is not embedded"
    assert "\ufffd" not in text_of(printed("ko"))


def test_the_signed_record_is_attached_and_proves_itself() -> None:
    attached = pypdf.PdfReader(BytesIO(printed())).attachments
    assert list(attached) == ["licence.json"]
    envelope = json.loads(attached["licence.json"][0])
    assert check(envelope, shop.keys().signing().public_key()) == record()


def test_it_is_an_accessible_archive_file() -> None:
    pdf = printed()
    reader = pypdf.PdfReader(BytesIO(pdf))
    metadata = reader.trailer["/Root"]["/Metadata"].get_object().get_data().decode()  # type: ignore[index]
    assert "<pdfaid:part>3</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "ko"
    assert not reader.is_encrypted
    assert len(reader.pages) == 2


@pytest.mark.parametrize(
    "evil",
    [
        '#panic("x")', "*bold* _it_ $x^2$ `code` <label> @ref", "#read(\"/etc/passwd\")", "= heading\n- item\n/ a: b",
        "\\ \" ' // /* */ {shop} {} [ ]", "</script>&amp;", "가" * 120,
    ],
)  # fmt: skip
def test_what_somebody_typed_is_shown_and_never_obeyed(evil: str) -> None:
    person = {"platform": "discord", "account": "1", "name": evil}
    assert squeezed(evil) in squeezed(text_of(printed("en", licensee=person)))


def test_nothing_from_outside_the_template_can_be_read(tmp_path: Path) -> None:
    licences = tmp_path / "licences"
    licences.mkdir()
    (licences / "certificate.typ").write_text('#read("/../../../../../etc/passwd")', "utf-8")
    with pytest.raises(BadSetting, match=r"certificate\.typ: "):
        _own_printer(tmp_path).print(sign(record(), shop.keys().signing()), "ko", ADDRESS)


def test_a_broken_template_is_named_with_what_is_wrong(tmp_path: Path) -> None:
    licences = tmp_path / "licences"
    licences.mkdir()
    (licences / "certificate.typ").write_text("#let x = ", "utf-8")
    with pytest.raises(BadSetting, match=r"certificate\.typ: expected expression"):
        _own_printer(tmp_path).print(sign(record(), shop.keys().signing()), "ko", ADDRESS)


def test_the_operators_template_may_read_files_beside_it(tmp_path: Path) -> None:
    licences = tmp_path / "licences"
    shutil.copytree(default_folder() / "licences", licences)
    own = (
        (licences / "certificate.typ")
        .read_text("utf-8")
        .replace("#set text(font", '#read("seal.txt")\n#set text(font', 1)
    )
    (licences / "certificate.typ").write_text(own, "utf-8")
    (licences / "seal.txt").write_text("Our seal", "utf-8")
    pdf = _own_printer(tmp_path).print(sign(record(), shop.keys().signing()), "en", ADDRESS)
    assert "Our seal" in text_of(pdf)


@pytest.mark.parametrize("purpose", list(shop.moods().purposes))
@pytest.mark.parametrize("locale", ["ko", "en"])
def test_every_purpose_fits_on_two_pages_with_all_that_can_be_bought(purpose: str, locale: str) -> None:
    order = shop.order(locale=locale)
    order = replace(order, brief=order.brief.but(purpose=purpose))
    written = record(order)
    names = ("master.wav", "master.mp3", "master.flac", "master.m4a", "stems.zip", "master.mid")
    mine = {name: f"inspirational-K7Q2-{name}" for name in names}  # the longest mood, and longer than any name
    urn = "urn:c2pa:0a4f39a0-0c52-4a27-bf8e-1f2b3c4d5e6f"
    written["files"] = [written["files"][0] | {"name": name, "size": 130_400_000, "manifest": urn} for name in names]
    written["work"]["fingerprint"] = "cd" * 32
    written["replaces"], written["marks"]["c2pa"] = ["BGM-AAAAA-AAAAA"], True
    printer, envelope = shop.printer(), sign(written, shop.keys().signing())
    page = printer.page(envelope, locale, ADDRESS, PEAKS, mine)
    pdf = set_page(printer.template, printer.fonts, page, shop.NOON)
    assert len(pypdf.PdfReader(BytesIO(pdf)).pages) == 2
    printed = text_of(pdf)
    assert printed.count("ab" * 32) == printed.count(urn.removeprefix("urn:c2pa:")) == len(names)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs poppler's pdftoppm")
def test_the_printed_qr_code_leads_to_the_verify_page(tmp_path: Path) -> None:
    """Every module of the code, read back from the picture of the page, is as a reader of QR codes expects it."""
    (tmp_path / "c.pdf").write_bytes(printed())
    subprocess.run(
        ["pdftoppm", "-r", "200", "-f", "1", "-l", "1", "-gray", "-png", "c.pdf", "c"], cwd=tmp_path, check=True
    )
    grey: np.ndarray[Any, Any] = np.asarray(Image.open(next(tmp_path.glob("c*.png"))).convert("L"))
    page: np.ndarray[Any, Any] = np.less(grey, 128)
    # The code stands in the lower right corner of the type area of an A4 page (210 x 297 mm, margins of 20 mm).
    millimetre = page.shape[1] / 210
    code = page[
        round(248 * millimetre) : round(277.5 * millimetre), round(164 * millimetre) : round(190.5 * millimetre)
    ]
    code = code[np.ix_(_inked(code.max(axis=1)), _inked(code.max(axis=0)))]
    expected = np.array([list(row) for row in segno.make(ADDRESS, error="m", micro=False).matrix], dtype=bool)
    rows, columns = ((np.arange(len(expected)) + 0.5) * size / len(expected) for size in code.shape)
    seen = code[np.ix_(rows.astype(int), columns.astype(int))]
    assert (seen == expected).all()


def _inked(lines: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    found = np.flatnonzero(lines)
    return np.arange(found[0], found[-1] + 1)


def _own_printer(folder: Path) -> Printer:
    return Printer.of([default_folder(), folder], shop.terms(), shop.texts())


@pytest.mark.parametrize(
    ("currency", "amount", "said"),
    [
        ("XTR", 1078, "1,078 Telegram Stars"), ("JPY", 1200, "¥1,200"), ("KRW", 15000, "₩15,000"),
        ("USD", 1250, "$12.50"),
    ],
)  # fmt: skip
def test_what_was_paid_fits_on_the_page_in_every_currency(currency: str, amount: int, said: str) -> None:
    reference = "stxx" + "JgBuXNWZxtUU2ImagyvuLvnT8ZnJ1" * 4
    provider, way = ("stars", "") if currency == "XTR" else ("stripe", "Stripe ")
    payment = {
        "provider": provider, "reference": reference, "payment": reference, "amount": amount, "currency": currency,
    }  # fmt: skip
    written = record(shop.order(locale="en", data={"payment": payment}))
    assert written["payment"]["reference"] == reference
    pdf = shop.printer().print(sign(written, shop.keys().signing()), "en", ADDRESS, PEAKS)
    text = text_of(pdf)
    assert f"{said} · {way}stxxJgBu" in text
    assert f"the price paid for this order ({said})" in text
    assert f"{reference[:15]}…{reference[-8:]}" in squeezed(text)  # more would run off the page
    assert reference[:16] not in squeezed(text)


def test_what_credit_paid_for_is_no_gift_on_paper() -> None:
    payment = {"provider": "stripe", "reference": "cs_1", "payment": "pi_1", "amount": 1000, "currency": "KRW"}
    written = record(shop.order(locale="en", data={"payment": payment, "discounts": {"credit": 3000}}))
    assert "(₩4,000)" in str(written["grant"]["terms"])


@pytest.mark.parametrize(("octets", "said"), [(14, "14 B"), (86_500, "86 kB"), (5_912_000, "5.9 MB")])
def test_sizes_are_never_nothing(octets: int, said: str) -> None:
    assert size_of(octets) == said
