"""Is the certificate PDF/A-3? The rules of ISO 19005-3 that a certificate can break, checked one by one.

There is no veraPDF on every machine, so what it would look at here is looked at by hand, on the objects of the file.
"""

import re
from io import BytesIO
from typing import Any

import pypdf
import pytest
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from tests.delivery.test_certificate import printed

FORBIDDEN_ACTIONS = {"/JavaScript", "/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/Hide", "/SetOCGState"}


@pytest.fixture(scope="module", params=["ko", "en-US"])
def pdf(request: pytest.FixtureRequest) -> bytes:
    return printed(request.param)


@pytest.fixture
def reader(pdf: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf), strict=True)


def objects(reader: pypdf.PdfReader) -> list[Any]:
    """Return every object of the file."""
    found = []
    for number in range(1, int(str(reader.trailer["/Size"]))):
        try:
            found.append(IndirectObject(number, 0, reader).get_object())
        except pypdf.errors.PdfReadError:
            continue
    return [one for one in found if one is not None]


def dictionaries(reader: pypdf.PdfReader) -> list[DictionaryObject]:
    """Return every dictionary of the file, also those inside others."""
    found: list[DictionaryObject] = []
    waiting = objects(reader)
    while waiting:
        one = waiting.pop()
        if isinstance(one, DictionaryObject):
            found.append(one)
            waiting += [value for value in one.values() if not isinstance(value, IndirectObject)]
        elif isinstance(one, ArrayObject):
            waiting += [value for value in one if not isinstance(value, IndirectObject)]
    return found


def test_the_file_structure(pdf: bytes, reader: pypdf.PdfReader) -> None:
    """6.1.2, 6.1.3: header with a binary comment, a file identifier, no encryption, nothing after the end."""
    assert re.match(rb"%PDF-1\.[0-7]\n%[\x80-\xff]{4}", pdf)
    assert "/ID" in reader.trailer
    assert "/Encrypt" not in reader.trailer
    assert pdf.rstrip().endswith(b"%%EOF")


def test_the_metadata_names_the_standard_and_agrees_with_the_rest(reader: pypdf.PdfReader) -> None:
    """6.6.2, 6.6.4: XMP is there, unpacked and without a filter, and identifies part 3, level A."""
    metadata = reader.trailer["/Root"]["/Metadata"].get_object()  # type: ignore[index]
    assert "/Filter" not in metadata
    text = metadata.get_data().decode("utf-8")
    assert "<pdfaid:part>3</pdfaid:part>" in text
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in text
    assert reader.metadata is not None
    assert reader.metadata.title
    assert reader.metadata.title in text


def test_colours_have_a_meaning_on_every_machine(reader: pypdf.PdfReader) -> None:
    """6.2.3: an output intent for PDF/A with an embedded ICC profile, so that device colours are defined."""
    root: Any = reader.trailer["/Root"]
    intents = root["/OutputIntents"]
    (intent,) = [one.get_object() for one in intents if one.get_object()["/S"] == "/GTS_PDFA1"]
    profile = intent["/DestOutputProfile"].get_object()
    assert profile["/N"] in (1, 3, 4)
    assert profile.get_data()[36:40] == b"acsp"


def test_every_font_is_inside_with_a_map_to_text(reader: pypdf.PdfReader) -> None:
    """6.2.11.4, 6.2.11.7: all fonts are embedded, and each says which character a glyph stands for."""
    fonts = [one for one in dictionaries(reader) if one.get("/Type") == "/Font" and one.get("/Subtype") == "/Type0"]
    assert fonts
    for font in fonts:
        assert isinstance(font["/ToUnicode"].get_object(), StreamObject)
        descendants: Any = font["/DescendantFonts"]
        (inner,) = [one.get_object() for one in descendants]
        descriptor = inner["/FontDescriptor"].get_object()
        assert {"/FontFile2", "/FontFile3"} & descriptor.keys(), font["/BaseFont"]
        assert str(font["/BaseFont"])[7:8] == "+", "a subset has a tag before its name"
    simple = [one for one in dictionaries(reader) if one.get("/Subtype") in ("/Type1", "/TrueType", "/Type3")]
    assert simple == []


def test_nothing_runs_and_nothing_is_fetched(reader: pypdf.PdfReader) -> None:
    """6.5.1, 6.1.7: no scripts, no launching, no outside streams; links only."""
    for one in dictionaries(reader):
        assert one.get("/S") not in FORBIDDEN_ACTIONS
        assert not {"/JS", "/AA", "/XFA"} & one.keys()
        assert one.get("/Subtype") not in ("/Movie", "/Sound", "/Screen", "/3D", "/RichMedia")
        if isinstance(one, StreamObject):
            assert not {"/F", "/FFilter", "/FDecodeParms"} & one.keys()
            assert "/LZWDecode" not in str(one.get("/Filter", ""))


def test_the_attached_record_says_what_it_is_to_the_document(reader: pypdf.PdfReader) -> None:
    """6.8: an embedded file has a type, a relationship and an entry in the document's associated files."""
    root: Any = reader.trailer["/Root"]
    (associated,) = [one.get_object() for one in root["/AF"]]
    assert associated["/AFRelationship"] == "/Data"
    assert associated["/UF"] == "licence.json"
    stream = associated["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/application/json"
    assert stream["/Params"]["/ModDate"]


def test_whoever_cannot_see_can_read_it(reader: pypdf.PdfReader) -> None:
    """6.7 (level A): tagged, with a structure tree and a language; pictures have words."""
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/StructTreeRoot"]
    assert root["/Lang"] in ("ko", "en")
    figures = [one for one in dictionaries(reader) if one.get("/S") == "/Figure"]
    assert figures
    assert all(one.get("/Alt") for one in figures)


def test_the_checks_can_fail(pdf: bytes) -> None:
    """A damaged standard, a missing profile and an outside script are noticed by the same eyes."""
    reader = pypdf.PdfReader(BytesIO(pdf))
    writer = pypdf.PdfWriter(clone_from=reader)
    script = {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('hello')")}
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(script)
    del writer._root_object["/OutputIntents"]
    out = BytesIO()
    writer.write(out)
    broken = pypdf.PdfReader(BytesIO(out.getvalue()))
    with pytest.raises(AssertionError):
        test_nothing_runs_and_nothing_is_fetched(broken)
    with pytest.raises(KeyError):
        test_colours_have_a_meaning_on_every_machine(broken)
