"""Where somebody goes after signing in, if the address they came for lies in the workspace."""

from __future__ import annotations

WORKSPACE = "/work"


def safe_next(target: str | None) -> str | None:
    """A way back that stays in the workspace; another host, another surface, odd slashes are dropped."""
    if not target or not target.startswith(WORKSPACE + "/") or "\\" in target or "//" in target:
        return None
    return target if target.isprintable() else None
