import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
import soundfile

from bot.delivery import playing
from bot.delivery.proof import Finding, Weight, Witness, attached_record, examine, named_certificate, said
from bot.delivery.provenance import open_signatory
from bot.errors import BadInput
from bot.orders.order import Order
from bot.storage.media import Media
from tests.delivery import shop
from tests.delivery.band import FS, KEY, marked


class Parcel:
    """A delivered order's files and what the shop knows about them."""

    def __init__(self, media: Media, order: Order) -> None:
        self.masters = [media.path(entry["key"]) for entry in order.data["files"]]
        self.wav, self.mp3 = self.masters[:2]
        self.pdf = media.path(order.data["certificate"]["file"]["key"])
        self.number = order.data["certificate"]["number"]
        self.envelope = json.loads(self.pdf.with_name("licence.json").read_text("utf-8"))
        root = open_signatory(shop.keys(), media.root.parent, "가게 Kiosk").root
        self.ours = Witness(shop.keys().signing().public_key(), root, self.envelope)


@pytest.fixture
async def parcel(tmp_path: Path) -> Parcel:
    media = Media(tmp_path / "media")
    return Parcel(media, await shop.packed(media, shop.Book()))


def _said(findings: list[Finding]) -> dict[str, Weight]:
    for finding in findings:
        for locale in ("ko", "en"):
            assert "{" not in said(shop.texts(), locale, finding)
            assert shop.texts().has(locale, finding.text)
    return {finding.text: finding.weight for finding in findings}


def test_the_shop_proves_its_own_files_and_certificates(parcel: Parcel) -> None:
    assert [path.name for path in parcel.masters] == shop.MASTERS
    for path in parcel.masters:
        assert _said(examine(path, parcel.ours)) == {
            "proof-manifest-trusted": Weight.PROVEN,
            "proof-signature-ours": Weight.PROVEN,
            "proof-certificate": Weight.HINT,
            "proof-file-same": Weight.PROVEN,
        }
        assert named_certificate(path) == parcel.number
    assert _said(examine(parcel.pdf, parcel.ours))["proof-signature-ours"] is Weight.PROVEN
    assert _said(examine(parcel.pdf.with_name("licence.json"), parcel.ours))["proof-signature-ours"] is Weight.PROVEN


def test_a_stranger_without_the_shops_key_is_not_told_more_than_is_known(parcel: Parcel) -> None:
    said = _said(examine(parcel.wav, Witness(), parcel.pdf))
    assert said["proof-manifest-valid"] is Weight.HINT
    assert said["proof-signature-intact"] is Weight.HINT
    assert said["proof-file-same"] is Weight.PROVEN
    assert _said(examine(parcel.wav, Witness())) == {
        "proof-manifest-valid": Weight.HINT,
        "proof-names-certificate": Weight.HINT,
    }


def test_another_shops_certificate_is_not_ours(parcel: Parcel) -> None:
    from bot.delivery.keys import ShopKeys

    other = Witness(ShopKeys(b"x" * 32).signing().public_key())
    assert _said(examine(parcel.pdf, other)) == {"proof-signature-wrong": Weight.AGAINST}
    assert "proof-file-same" not in _said(examine(parcel.wav, other, parcel.pdf))


def test_every_changed_letter_of_the_record_is_caught(parcel: Parcel, tmp_path: Path) -> None:
    text = parcel.pdf.with_name("licence.json").read_text("utf-8")
    forged = tmp_path / "forged.json"
    for old, new in (("youtube", "youtubf"), ("K7Q2MXW4PD", "K7Q2MXW4PE"), ("15000", "15001"), ("2026", "2027")):
        assert old in text
        forged.write_text(text.replace(old, new, 1), "utf-8")
        assert _said(examine(forged, parcel.ours)) == {"proof-signature-wrong": Weight.AGAINST}
        assert _said(examine(forged, Witness())) == {"proof-signature-wrong": Weight.AGAINST}


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_re_encoded_copy_is_not_called_the_same(parcel: Parcel, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp3"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(parcel.mp3), "-b:a", "96k", str(copy)], check=True)
    said = _said(examine(copy, parcel.ours, parcel.pdf))
    assert said["proof-manifest-none"] is Weight.HINT
    assert said["proof-file-other"] is Weight.AGAINST


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_a_cut_and_re_encoded_copy_still_says_who_made_it(parcel: Parcel, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "whole.wav", marked().T, FS)
    copy = tmp_path / "copy.mp3"
    command = ["ffmpeg", "-v", "error", "-ss", "4.2", "-t", "15", "-i", str(tmp_path / "whole.wav"), "-b:a", "64k"]
    subprocess.run([*command, str(copy)], check=True)
    said = _said(examine(copy, replace(parcel.ours, mark=KEY)))
    assert said["proof-mark-heard"] is Weight.PROVEN
    assert said["proof-file-other"] is Weight.HINT
    other = _said(examine(copy, replace(parcel.ours, mark=b"x" * 32)))
    assert other["proof-mark-none"] is Weight.HINT
    assert other["proof-file-other"] is Weight.AGAINST
    broken = tmp_path / "broken.mp3"
    broken.write_bytes(b"no music")
    assert _said(examine(broken, Witness(mark=KEY)))["proof-mark-unplayable"] is Weight.HINT


def test_a_file_from_elsewhere_names_nothing(tmp_path: Path) -> None:
    path = tmp_path / "song.wav"
    path.write_bytes(b"RIFF....WAVE")
    assert _said(examine(path, Witness()))["proof-no-certificate"] is Weight.HINT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7 nothing",
        b"[1]",
        b'{"record": 5}',
        b"{" * 100_000,
        b"%PDF-stream\nx\x9c\xffendstream",
        b"\xff\xfe",
    ],
)
def test_what_is_no_certificate_is_said_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "c.pdf"
    path.write_bytes(content)
    with pytest.raises(BadInput) as refused:
        examine(path, Witness())
    assert refused.value.text == "error-no-certificate"
    assert attached_record(b"") is None


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.wav: No such file"):
        examine(tmp_path / "gone.wav", Witness())


@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="needs ffmpeg")
def test_the_mark_is_heard_in_m4a_where_ffmpeg_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soundfile.write(tmp_path / "in.wav", marked().T, FS, subtype="PCM_24")
    m4a = tmp_path / "sent.m4a"
    subprocess.run(["ffmpeg", "-v", "error", "-i", tmp_path / "in.wav", "-b:a", "192k", m4a], check=True)
    assert _said(examine(m4a, Witness(mark=KEY)))["proof-mark-heard"] is Weight.PROVEN
    sound = playing.played(m4a)
    assert sound is not None
    assert sound[0].shape[0] == 2
    assert abs(sound[0].shape[1] / sound[1] - marked().shape[1] / FS) < 0.1
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    said = _said(examine(m4a, Witness(mark=KEY)))
    assert said["proof-mark-m4a"] is Weight.HINT
    assert "proof-mark-unplayable" not in said


@pytest.mark.parametrize(
    "content", [b"", b"ftyp", b"#EXTM3U\nfile:///etc/passwd\n", b"\0\0\0\x18ftypM4A " + b"x" * 999]
)
def test_what_only_calls_itself_m4a_is_not_opened(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.m4a"
    path.write_bytes(content)
    assert playing.played(path) is None
