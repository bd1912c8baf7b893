"""A real mail server on loopback, with certificates of an authority made for the run."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mediator.core.config import MailServer

HOST = "127.0.0.1"
SENDER = "notes@practice.example"


@dataclass(frozen=True)
class Authority:
    """An authority that only those trust who read its file, and one certificate it made for HOST."""

    file: Path
    server: ssl.SSLContext

    @property
    def client(self) -> ssl.SSLContext:
        """How somebody checks certificates who trusts this authority alone."""
        return ssl.create_default_context(cafile=str(self.file))


def make_authority(folder: Path) -> Authority:
    """An authority and a certificate of 127.0.0.1, valid for a day."""
    folder.mkdir(parents=True, exist_ok=True)
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    root = _certificate("Test authority", root_key, root_key, None)
    leaf = _certificate("Test server", key, root_key, root)
    (folder / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + leaf.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "server.pem")
    return Authority(folder / "ca.pem", context)


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    signer: ec.EllipticCurvePrivateKey,
    issuer: x509.Certificate | None,
) -> x509.Certificate:
    at = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(hours=1))
        .not_valid_after(at + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(sign=issuer is None), critical=True)
    )
    if issuer is not None:
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
        builder = builder.add_extension(names, critical=False)
    return builder.sign(signer, hashes.SHA256())


def _usage(*, sign: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign, key_cert_sign=sign, crl_sign=sign, content_commitment=False, key_encipherment=False,
        data_encipherment=False, key_agreement=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip


@dataclass
class Letter:
    """One mail as the server took it."""

    sender: str
    recipients: list[str]
    raw: bytes
    secure: bool

    @property
    def mail(self) -> EmailMessage:
        """The mail, read as a reader of mail does."""
        parsed = message_from_bytes(self.raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    @property
    def text(self) -> str:
        """Its words, white space folded."""
        return " ".join(str(self.mail.get_content()).split())


@dataclass
class Mailbox:
    """What arrives, and how the server answers: `answer` to the mail, `rcpt` to its recipient.

    `dies`: it takes a mail and drops the connection without an answer. `silent`: it takes a mail and never answers;
    `taken` is set when it has one. `during` is called while a mail is handed in.
    """

    letters: list[Letter] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    answer: str = "250 Taken"
    rcpt: str = "250 Yes"
    dies: bool = False
    silent: bool = False
    during: Callable[[], None] | None = None
    taken: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(  # noqa: N802  aiosmtpd's names
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Note who it is from."""
        self.commands.append("MAIL")
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer about the recipient."""
        self.commands.append("RCPT")
        if self.rcpt.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.rcpt

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take the mail and answer as told."""
        self.commands.append("DATA")
        if self.during is not None:
            await server.loop.run_in_executor(None, self.during)
        assert isinstance(envelope.content, bytes)
        if self.answer.startswith("250"):
            secure = session.ssl is not None or _under_tls(server)
            self.letters.append(Letter(str(envelope.mail_from), list(envelope.rcpt_tos), envelope.content, secure))
        self.taken.set()
        if self.dies and server.transport is not None:
            server.transport.close()
        if self.silent:
            never: Awaitable[None] = server.loop.create_future()
            await never
        return self.answer


def _under_tls(server: SMTP) -> bool:
    return server.transport is not None and server.transport.get_extra_info("ssl_object") is not None


class Served(Controller):
    """The server in a thread of its own, on a port the machine chose."""

    def __init__(
        self, mailbox: Mailbox, *, starttls: ssl.SSLContext | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.mailbox = mailbox
        self.listening = socket.create_server((HOST, 0))
        super().__init__(
            mailbox,
            hostname=HOST,
            port=self.listening.getsockname()[1],
            ssl_context=tls,
            tls_context=starttls,
            require_starttls=starttls is not None,
        )

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.listening, ssl=self.ssl_context)

    def settings(self, **changes: Any) -> MailServer:
        """How an application is told of this server."""
        return MailServer(**{"host": HOST, "port": self.port, "username": None, "password": None, "sender": SENDER,
                             "starttls": self.ssl_context is None, **changes})  # fmt: skip
