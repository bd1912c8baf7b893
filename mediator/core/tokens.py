"""Random tokens, their hashes, and the blind index of e-mail addresses."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata


def mint() -> str:
    """A fresh token of 256 bits that fits in an address. It is shown or sent once and stored only as its hash."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is stored of a token: its SHA-256. Enough for 256 random bits; no slow hash is needed."""
    return hashlib.sha256(token.encode("utf-8")).digest()


def email_index(secret: bytes, address: str) -> bytes:
    """A keyed hash by which an address is found without being stored readable (NFKC, lower case)."""
    key = hmac.new(secret, b"email-index", hashlib.sha256).digest()
    return hmac.new(key, normal_email(address).encode("utf-8"), hashlib.sha256).digest()


def normal_email(address: str) -> str:
    """The form in which two spellings of one address are equal."""
    return unicodedata.normalize("NFKC", address.strip()).lower()
