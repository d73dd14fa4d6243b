"""The shop's one secret, kept in the data folder, and the keys that are derived from it."""

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bot.errors import BadSetting, Problem

LENGTH = 32
"""Bytes of the secret and of every derived key."""


class ShopKeys:
    """Keys for links, certificate numbers and signatures, all derived from one secret (HKDF-Expand, RFC 5869).

    One file is enough to back up; who has it can forge links and certificates, so it never leaves the data folder.
    """

    def __init__(self, secret: bytes) -> None:
        if len(secret) != LENGTH:
            raise ValueError(f"the shop's secret has {len(secret)} bytes instead of {LENGTH}")
        self._secret = secret

    def derive(self, purpose: str) -> bytes:
        """Return the 32-byte key for one purpose; the same for ever."""
        return hmac.new(self._secret, b"bgm-kiosk " + purpose.encode() + b"\x01", hashlib.sha256).digest()

    def signing(self) -> Ed25519PrivateKey:
        """Return the key that signs certificates."""
        return Ed25519PrivateKey.from_private_bytes(self.derive("certificate signature 1"))


def open_keys(folder: Path) -> ShopKeys:
    """Read the shop's secret from ``folder``, making it (readable by its owner only) the first time.

    Two programs that start at once end up with the same secret.

    :raises BadSetting: if the file is damaged; a new one would break every link and certificate that is out.
    """
    path = folder / "shop.key"
    if not path.exists():
        write_secret(path, secrets.token_bytes(LENGTH))
    secret = path.read_bytes()
    if len(secret) != LENGTH:
        message = f"{path}: has {len(secret)} bytes instead of {LENGTH}; restore it from a backup"
        raise BadSetting([Problem(message, "problem-shop-key", file=path, bytes=len(secret), right=LENGTH)])
    return ShopKeys(secret)


def write_secret(path: Path, content: bytes) -> None:
    """Write a file that only its owner may read, whole or not at all; one that is there already stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # A hard link appears whole or not at all, and the first of two programs wins.
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
