import subprocess
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from bot.delivery.keys import ShopKeys
from bot.delivery.provenance import Claim, Signatory, open_signatory, read_manifest, sign_file
from bot.errors import BadSetting, EngineFailed
from bot.finishing.encode import encode, formats
from tests.delivery import shop

KINDS = [kind for kind in ("wav", "mp3", "flac", "m4a") if kind in formats()]
CLAIM = Claim(
    title="잔잔한 음악",
    provider="가게 Kiosk",
    system="composer-1",
    version="3",
    source_type="algorithmicMedia",
    made=shop.NOON,
    certificate="BGM-A7FLU-KVTQF",
    address="https://kiosk.example/verify/BGM-A7FLU-KVTQF",
    notice="이 음악은 인공지능(AI) 시스템으로 생성되었습니다.",
)


@pytest.fixture(scope="module")
def who(tmp_path_factory: pytest.TempPathFactory) -> Signatory:
    return open_signatory(shop.keys(), tmp_path_factory.mktemp("data"), "가게 Kiosk")


def _signed(folder: Path, kind: str, who: Signatory) -> Path:
    path = folder / f"music.{kind}"
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (2, shop.RATE)).astype(np.float32)
    encode(noise, shop.RATE, path, kind)
    sign_file(path, CLAIM, who)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_file_says_that_an_ai_made_it_and_with_what(tmp_path: Path, kind: str, who: Signatory) -> None:
    path = _signed(tmp_path, kind, who)
    manifest = read_manifest(path, who.root)
    assert manifest is not None
    assert manifest.state == "Trusted"
    assert manifest.certificate == CLAIM.certificate
    assert manifest.label.startswith("urn:c2pa:")
    assertions = {entry["label"]: entry["data"] for entry in manifest.claim["assertions"]}
    (created,) = assertions["c2pa.actions.v2"]["actions"]
    assert created["action"] == "c2pa.created"
    assert created["digitalSourceType"].endswith("/digitalsourcetype/algorithmicMedia")
    assert created["softwareAgent"] == {"name": "composer-1", "version": "3"}
    assert created["when"] == "2026-11-21T12:00:00Z"
    assert all(use == {"use": "notAllowed"} for use in assertions["cawg.training-mining"]["entries"].values())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "m4a"])
def test_signing_leaves_the_audio_bit_for_bit_and_adds_little(tmp_path: Path, kind: str, who: Signatory) -> None:
    plain = tmp_path / f"plain.{kind}"
    noise = np.random.default_rng(1).uniform(-0.3, 0.3, (2, shop.RATE)).astype(np.float32)
    encode(noise, shop.RATE, plain, kind)
    signed = _signed(tmp_path, kind, who)
    assert np.array_equal(soundfile.read(plain, dtype="int32")[0], soundfile.read(signed, dtype="int32")[0])
    assert 0 < signed.stat().st_size - plain.stat().st_size < 12_000


@pytest.mark.parametrize("kind", KINDS)
def test_one_bit_of_the_music_changed_afterwards_is_caught(tmp_path: Path, kind: str, who: Signatory) -> None:
    content = bytearray(_signed(tmp_path, kind, who).read_bytes())
    content[len(content) // 2] ^= 1
    forged = tmp_path / f"forged.{kind}"
    forged.write_bytes(content)
    manifest = read_manifest(forged, who.root)
    assert manifest is not None
    assert manifest.state == "Invalid"


def test_others_see_it_is_intact_and_only_who_knows_the_root_trusts_it(tmp_path: Path, who: Signatory) -> None:
    path = _signed(tmp_path, "wav", who)
    stranger = open_signatory(ShopKeys(b"x" * 32), tmp_path / "theirs", "Other shop")
    for root, state in (("", "Valid"), (stranger.root, "Valid"), (who.root, "Trusted")):
        manifest = read_manifest(path, root)
        assert manifest is not None
        assert manifest.state == state


@pytest.mark.skipif("m4a" not in KINDS, reason="needs ffmpeg")
def test_a_copy_without_its_manifest_has_none(tmp_path: Path, who: Signatory) -> None:
    path = _signed(tmp_path, "mp3", who)
    copy = tmp_path / "copy.mp3"
    command = ["ffmpeg", "-v", "error", "-i", str(path), "-c", "copy", str(copy)]
    subprocess.run(command, check=True)
    assert read_manifest(copy, who.root) is None
    assert read_manifest(tmp_path / "notes.txt") is None


def test_what_is_no_audio_is_neither_signed_nor_read_as_proof(tmp_path: Path, who: Signatory) -> None:
    path = tmp_path / "music.wav"
    path.write_bytes(b"no audio at all")
    with pytest.raises(EngineFailed, match=r"could not sign music\.wav"):
        sign_file(path, CLAIM, who)
    assert path.read_bytes() == b"no audio at all"
    assert [entry.name for entry in tmp_path.iterdir()] == ["music.wav"]


def test_the_shop_keeps_its_certificate(tmp_path: Path) -> None:
    first = open_signatory(shop.keys(), tmp_path, "Shop")
    assert open_signatory(shop.keys(), tmp_path, "Renamed") == first
    assert (tmp_path / "provenance.key").stat().st_mode & 0o777 == 0o600
    assert "BEGIN" not in repr(first)


def test_the_operators_own_certificate_counts(tmp_path: Path) -> None:
    own = open_signatory(ShopKeys(b"o" * 32), tmp_path / "bought", "Bought")
    folder = tmp_path / "provenance"
    folder.mkdir()
    (folder / "chain.pem").write_text(own.chain, "ascii")
    with pytest.raises(BadSetting, match=r"chain\.pem and key\.pem belong together"):
        open_signatory(shop.keys(), tmp_path, "Shop")
    (folder / "key.pem").write_text(own.key, "ascii")
    assert open_signatory(shop.keys(), tmp_path, "Shop") == own


def test_a_key_that_c2pa_does_not_know_is_named(tmp_path: Path, who: Signatory) -> None:
    odd = ec.generate_private_key(ec.SECP256K1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(EngineFailed, match="cannot sign"):
        _signed(tmp_path, "wav", Signatory(who.chain, odd.decode(), who.root))
