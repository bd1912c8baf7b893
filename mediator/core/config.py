"""Configuration: one frozen, typed object, read once from the environment and `instance/`. No default secrets.

`script/server` makes the secret on first start and reads the rest (`python -m mediator.core.config`); what is missing
or cannot be is said in a sentence, with the command that makes it.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from email.errors import MessageError
from email.policy import SMTP
from email.utils import parseaddr
from ipaddress import IPv6Address
from pathlib import Path
from urllib.parse import urlsplit

KEY_FILE = "secret.key"
#: Stands in the folder of a demo and nowhere else: what is in that folder may be removed at any time.
DEMO_FILE = "this-is-a-demo"
MAX_BODY_BYTES = 1024 * 1024
#: Where mail is handed in unless told otherwise.
SUBMISSION = 587
_SERVER = re.compile(r"(?:\[(?P<six>[^\]]+)\]|(?P<host>[^\s:/@\[\]]+))(?::(?P<port>[0-9]{1,5}))?")


class ConfigError(RuntimeError):
    """Something the application cannot start without, or with, said in a sentence with the command that makes it."""


@dataclass(frozen=True)
class MailServer:
    """Where mail is handed in. TLS is verified always; `starttls` is False only for implicit TLS (port 465)."""

    host: str
    port: int
    username: str | None
    password: str | None
    sender: str
    starttls: bool


@dataclass(frozen=True)
class Config:
    """Everything the application is told from outside."""

    instance: Path
    secret: bytes
    database_url: str
    public_url: str
    exit_url: str
    mail: MailServer | None
    public_limit: str = "300 per minute"  # for each address, while nobody is signed in
    proxy: bool = False  # one server with TLS stands in front and says who asks
    demo: bool = False  # invented people: pages of the workspace say so, and nothing is ever mailed

    @property
    def https(self) -> bool:
        """Whether people reach this installation over https: cookies are then Secure, and HSTS is sent."""
        return urlsplit(self.public_url).scheme == "https"


def read(environ: Mapping[str, str], instance: Path) -> Config:
    """Read the configuration. Raises ConfigError with a plain sentence.

    In a folder marked as a demo neither a mail server nor a database elsewhere counts: invented people never reach
    real ones.
    """
    public_url = environ.get("PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise ConfigError("PUBLIC_URL must be a whole address such as https://mediation.example.")
    demo = (instance / DEMO_FILE).exists()
    own_database = f"sqlite:///{instance / 'mediator.db'}"
    return Config(
        instance=instance,
        secret=read_secret(instance),
        database_url=own_database if demo else environ.get("DATABASE_URL") or own_database,
        public_url=public_url,
        exit_url=environ.get("EXIT_URL", "https://www.wikipedia.org/"),
        mail=None if demo else _mail(environ),
        proxy=environ.get("TRUST_PROXY") == "1",
        demo=demo,
    )


def read_secret(instance: Path) -> bytes:
    """The 32 bytes under which cookies are signed and addresses are looked up. Refuses a file others may read."""
    path = instance / KEY_FILE
    if not path.exists():
        raise ConfigError(f"No key in {path}. Make it with: .venv/bin/python -m mediator.core.config")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ConfigError(f"Others on this machine may read {path}. Close it with: chmod 600 {path}")
    secret = path.read_bytes()
    if len(secret) != 32:
        raise ConfigError(f"{path} does not hold a key of 32 bytes. Put the right file back from your safe copy.")
    return secret


def _mail(environ: Mapping[str, str]) -> MailServer | None:
    server = environ.get("MAIL_SERVER")
    if not server:
        return None
    host, port = _host_and_port(server)
    sender = environ.get("MAIL_FROM")
    if not sender:
        raise ConfigError("MAIL_SERVER is set, MAIL_FROM is not. Set MAIL_FROM to the address mails come from.")
    if not _is_sender(sender):
        raise ConfigError(
            "MAIL_FROM must be one address in ASCII, such as notes@notes.example or Notes <notes@notes.example>."
        )
    username, password = environ.get("MAIL_USERNAME") or None, environ.get("MAIL_PASSWORD") or None
    if (username is None) != (password is None):
        raise ConfigError("Of MAIL_USERNAME and MAIL_PASSWORD only one is set. Set both, or neither.")
    return MailServer(
        host=host,
        port=port,
        username=username,
        password=password,
        sender=sender,
        starttls=port != 465,
    )


def _host_and_port(server: str) -> tuple[str, int]:
    """A host, or an address of version 6 in brackets, and perhaps a port. Without one it is 587 (RFC 6409)."""
    found = _SERVER.fullmatch(server)
    try:
        if found is not None:
            host = str(IPv6Address(found["six"])) if found["six"] else found["host"]
            port = int(found["port"] or SUBMISSION)
            if 0 < port < 65536:
                return host, port
    except ValueError:
        pass  # brackets around something else
    raise ConfigError("MAIL_SERVER must be a host and perhaps a port, such as mail.example:587 or [2001:db8::7]:587.")


def _is_sender(text: str) -> bool:
    """Whether this is one address that every mail server knows, perhaps with a name before it (RFC 5322, 3.4)."""
    address = parseaddr(text)[1]
    if re.fullmatch(r"[!-?A-~]+@[!-?A-~]+", address) is None or not text.isprintable():
        return False
    try:
        header = SMTP.header_factory("From", text)
    except (ValueError, IndexError, MessageError):
        return False
    return not header.defects and [one.addr_spec for one in header.addresses] == [address]


def make_secret(instance: Path) -> bool:
    """Make the key of a new instance, readable by its owner alone. False where there already is one."""
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = instance / KEY_FILE
    if path.exists():
        return False
    path.touch(mode=0o600)
    path.write_bytes(secrets.token_bytes(32))
    return True


def instance_folder(environ: Mapping[str, str]) -> Path:
    """Where this installation keeps its key and database: `instance/` beside the package, or MEDIATOR_INSTANCE."""
    return Path(environ.get("MEDIATOR_INSTANCE", Path(__file__).parents[2] / "instance"))


if __name__ == "__main__":
    make_secret(instance_folder(os.environ))
    try:
        read(os.environ, instance_folder(os.environ))
    except ConfigError as error:
        sys.exit(str(error))
