"""What a page showed when it was made: it carries a mark of that in its hidden field `seen`, and brings it back."""

from __future__ import annotations

import hashlib


def version(*values: object) -> str:
    """A short mark of what a page showed, so that a stale page is noticed when it comes back."""
    return hashlib.sha256(repr(values).encode("utf-8")).hexdigest()[:16]
