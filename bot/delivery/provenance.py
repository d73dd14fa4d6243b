"""Signed provenance in the files themselves: a C2PA manifest that says an AI made this, with what, when and for whom.

It is written last: any byte changed afterwards makes it invalid. The signature is the shop's own unless the operator
puts a bought certificate (``chain.pem``, ``key.pem``) into the ``provenance`` folder of the data folder. With its own
the manifest is intact and provably this shop's, yet other programs call the signer unknown: nobody vouches for it.
Nothing here asks the network: no time stamp, no remote manifest, no revocation list.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import c2pa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from bot.delivery.keys import ShopKeys, write_secret
from bot.errors import BadSetting, EngineFailed, Problem

SOURCE_TYPE = "http://cv.iptc.org/newscodes/digitalsourcetype/"
LICENCE = "bgm-kiosk.licence"
"""Label of our own assertion: certificate number, its address, and the AI notice."""

LIFE = timedelta(days=20 * 365)
"""Without time stamps a manifest is good only as long as its certificate."""

_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_BEGIN = "-----BEGIN CERTIFICATE-----"
_FORMATS = {".wav": "audio/wav", ".mp3": "audio/mpeg", ".flac": "audio/flac", ".m4a": "audio/mp4"}


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signs: certificate chain (leaf first), the leaf's key, and the root by which the chain is recognised."""

    chain: str
    key: str
    root: str

    def __repr__(self) -> str:
        return "Signatory(...)"


@dataclass(frozen=True, slots=True)
class Claim:
    """What a manifest says. ``source_type`` is the last part of an IPTC digital source type, ``made`` is UTC."""

    title: str
    provider: str
    system: str
    version: str
    source_type: str
    made: datetime
    certificate: str
    address: str
    notice: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was found in a file. ``state`` is ``Trusted`` (signed by this shop), ``Valid`` (intact) or ``Invalid``."""

    state: str
    claim: dict[str, Any]

    @property
    def label(self) -> str:
        """The manifest's own id, a ``urn:c2pa:…``."""
        return str(self.claim.get("label", ""))

    @property
    def certificate(self) -> str:
        """The certificate number it names, if it is one of ours."""
        found = [entry["data"] for entry in self.claim.get("assertions", ()) if entry["label"] == LICENCE]
        return str(found[0].get("certificate", "")) if found else ""


def open_signatory(keys: ShopKeys, data: Path, shop: str) -> Signatory:
    """Return who signs: the operator's own certificate in ``data/provenance`` if there is one, else the shop's.

    The shop's is made once and kept in ``provenance.key`` with its key, so that it moves with the shop's other keys.

    :raises BadSetting: if only one of ``chain.pem`` and ``key.pem`` is there.
    """
    chain, key = data / "provenance" / "chain.pem", data / "provenance" / "key.pem"
    if chain.exists() != key.exists():
        message = f"{chain.parent}: chain.pem and key.pem belong together; one is missing"
        raise BadSetting([Problem(message, "problem-chain", folder=chain.parent)])
    if chain.exists():
        return _signatory(chain.read_text("ascii"), key.read_text("ascii"))
    own = data / "provenance.key"
    if not own.exists():
        write_secret(own, (_pem(_key(keys, "leaf")) + _own_chain(keys, shop)).encode())
    secret, begin, certificates = own.read_text("ascii").partition(_BEGIN)
    return _signatory(begin + certificates, secret)


def _signatory(chain: str, key: str) -> Signatory:
    return Signatory(chain, key, chain[chain.rindex(_BEGIN) :])


def sign_file(path: Path, claim: Claim, who: Signatory) -> None:
    """Write the manifest into an audio file, in place; its audio stays bit for bit. Blocks for some 20 ms.

    :raises EngineFailed: if the file cannot be signed.
    """
    unfinished = path.with_name(f".{secrets.token_hex(6)}{path.suffix}")
    info = c2pa.C2paSignerInfo(_algorithm(who.key), who.chain.encode(), who.key.encode(), None)
    try:
        with c2pa.Signer.from_info(info) as signer, c2pa.Builder(_manifest(claim, path.suffix)) as builder:
            builder.sign_file(path, unfinished, signer)
        unfinished.replace(path)
    except (c2pa.C2paError, OSError) as error:
        raise EngineFailed(f"could not sign {path.name}: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)


def read_manifest(path: Path, root: str = "") -> Manifest | None:
    """Return what a file's manifest says and whether it is intact; None if it has none. ``root`` is whom to trust."""
    settings: dict[str, Any] = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
    if root:
        settings["trust"] = {"user_anchors": root}
    if path.suffix.lower() not in _FORMATS:
        return None
    try:
        with c2pa.Context.from_dict(settings) as context, path.open("rb") as stream:
            reader = c2pa.Reader.try_create(_FORMATS[path.suffix.lower()], stream, context=context)
            if reader is None:
                return None
            with reader:
                return Manifest(reader.get_validation_state() or "Invalid", reader.get_active_manifest() or {})
    except c2pa.C2paError:
        return Manifest("Invalid", {})


def _manifest(claim: Claim, suffix: str) -> str:
    created = {
        "action": "c2pa.created",
        "when": f"{claim.made:%Y-%m-%dT%H:%M:%SZ}",
        "digitalSourceType": SOURCE_TYPE + claim.source_type,
        "softwareAgent": {"name": claim.system, "version": claim.version},
    }
    mining = {
        name: {"use": "notAllowed"} for name in ("cawg.ai_generative_training", "cawg.ai_training", "cawg.data_mining")
    }
    licence = {
        "provider": claim.provider,
        "certificate": claim.certificate,
        "address": claim.address,
        "notice": claim.notice,
    }
    manifest = {
        "title": claim.title,
        "format": _FORMATS[suffix],
        "claim_generator_info": [{"name": "BGM Kiosk", "version": version("bgm-kiosk")}],
        "assertions": [
            {"label": "c2pa.actions.v2", "data": {"actions": [created]}},
            {"label": "cawg.training-mining", "data": {"entries": mining}},
            {"label": LICENCE, "data": licence},
        ],
    }
    return json.dumps(manifest, ensure_ascii=False)


def _algorithm(pem: str) -> c2pa.C2paSigningAlg:
    """Return how C2PA names what this key signs with. :raises EngineFailed: if C2PA knows no such key."""
    match serialization.load_pem_private_key(pem.encode(), None):
        case ec.EllipticCurvePrivateKey(curve=ec.SECP256R1()):
            return c2pa.C2paSigningAlg.ES256
        case ec.EllipticCurvePrivateKey(curve=ec.SECP384R1()):
            return c2pa.C2paSigningAlg.ES384
        case ed25519.Ed25519PrivateKey():
            return c2pa.C2paSigningAlg.ED25519
        case rsa.RSAPrivateKey():
            return c2pa.C2paSigningAlg.PS256
        case other:
            raise EngineFailed(f"C2PA cannot sign with a key of the kind {type(other).__name__}")


def _own_chain(keys: ShopKeys, shop: str) -> str:
    """Return leaf and root certificates (PEM) as C2PA asks of a claim signer: v3, CA apart, key usage, e-mail EKU."""
    root_key, leaf_key = _key(keys, "root"), _key(keys, "leaf")
    root_name, leaf_name = _name(shop, "Root"), _name(shop, "Claims")
    root = _certificate(root_name, root_name, root_key, root_key, authority=True)
    leaf = _certificate(leaf_name, root_name, leaf_key, root_key, authority=False)
    return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in (leaf, root))


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    signing: ec.EllipticCurvePrivateKey,
    *,
    authority: bool,
) -> x509.Certificate:
    now = datetime.now(UTC) - timedelta(days=1)
    usage = x509.KeyUsage(
        digital_signature=not authority, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=authority, crl_sign=authority, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + LIFE)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()), critical=False)
    )
    if not authority:
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    return made.sign(signing, hashes.SHA256())


def _name(shop: str, role: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, shop[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{shop[:50]} {role}"),
        ]
    )


def _key(keys: ShopKeys, role: str) -> ec.EllipticCurvePrivateKey:
    scalar = int.from_bytes(keys.derive(f"provenance {role} 1")) % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(scalar, ec.SECP256R1())


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
