"""Handing one mail to the mail server: plain text, one recipient, over TLS that is verified always.

Nothing falls back: where the server offers no TLS, or its certificate does not hold, nothing but a greeting was said
and the mail waits. What was refused for good and what may go another time are told apart, so that the outbox knows. An
authority of one's own is named to OpenSSL by SSL_CERT_FILE in the environment.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from types import TracebackType
from typing import Self

from mediator.core.clock import now
from mediator.core.config import MailServer

#: How long the server may be silent, in seconds, and how long handing in one mail may take in all.
SILENCE = 30.0
LONGEST = timedelta(minutes=1)
#: Lines of any length and any script reach servers that know only seven bits.
_POLICY = SMTP.clone(cte_type="7bit")


class NotNow(Exception):
    """The mail may go another time, or went and the answer was lost. The text holds no address and no words."""


class Unreachable(NotNow):
    """The server could not be reached, or not safely: the next mail would fare no better now."""


class Undeliverable(Exception):
    """The server will not take this mail, today or tomorrow. The text holds no address and no words."""


@dataclass(frozen=True)
class Mail:
    """One mail in plain text to one address.

    Raises Undeliverable where that is none, where a header could be smuggled in, and where the part before the @ is not
    ASCII: few servers take such addresses (RFC 6531), and the mediator can pass the link on by hand.
    """

    to: str
    subject: str
    text: str

    def __post_init__(self) -> None:
        if any(ord(char) < 32 or ord(char) == 127 for char in self.to + self.subject):
            raise Undeliverable("a header holds a control character")
        try:
            Address(addr_spec=self.to)
        except (ValueError, IndexError, MessageError):
            raise Undeliverable("the address is none") from None


def send(
    server: MailServer,
    mail: Mail,
    message_id: str,
    *,
    context: ssl.SSLContext | None = None,
    within: timedelta = LONGEST,
) -> None:
    """Hand one mail in; returning means that the server took it. Call it with no transaction open.

    `message_id` is the same at every try, so that a mail whose answer was lost is known as the same one when it comes
    again (RFC 5322, 3.6.4). Raises Undeliverable after a 5xx for this recipient or this mail, NotNow after a 4xx or a
    broken connection, Unreachable where no verified connection came about (wrong password and missing STARTTLS too:
    that is the practice's server, not the recipient's address).
    """
    sender = parseaddr(server.sender)[1]
    recipient = _plain(mail.to)
    with _Deadline(within) as deadline:
        smtp = _connect(server, sender, context or ssl.create_default_context(), deadline)
        try:
            _hand_in(smtp, sender, recipient, _letter(server, mail, recipient, message_id))
        finally:
            _leave(smtp)


def _letter(server: MailServer, mail: Mail, recipient: str, message_id: str) -> EmailMessage:
    letter = EmailMessage(policy=_POLICY)
    letter["From"] = server.sender
    letter["To"] = Address(addr_spec=recipient)
    letter["Subject"] = mail.subject
    letter["Date"] = format_datetime(now())
    letter["Message-ID"] = message_id
    letter["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office notices are not sent back
    letter.set_content(mail.text, charset="utf-8")
    return letter


def _plain(address: str) -> str:
    """The address as every server knows it: its domain in ASCII (RFC 5891)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise Undeliverable("the address has no valid domain") from None


class _Deadline:
    """Ends a conversation that takes too long in all: a server that drips a byte now and then is never silent."""

    def __init__(self, within: timedelta) -> None:
        self._timer = threading.Timer(within.total_seconds(), self._end)
        self._timer.daemon = True
        self._socket: socket.socket | None = None
        self._over = False

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()

    def watch(self, connection: socket.socket) -> None:
        """From here on this is the connection to end. Raises TimeoutError where it is over already."""
        self._socket = connection
        if self._over:
            raise TimeoutError("the server took too long")

    def _end(self) -> None:
        self._over = True
        if self._socket is not None:
            try:
                # Not SSLSocket's own, which takes the session from under the thread that reads.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                return  # closed in between: nothing is left to end


class _StartTls(smtplib.SMTP):
    """A conversation under a deadline that begins in the open; `_connect` lets nothing pass before STARTTLS."""

    def __init__(self, server: MailServer, name: str, deadline: _Deadline) -> None:
        self.deadline = deadline
        super().__init__(server.host, server.port, local_hostname=name, timeout=SILENCE)

    def getreply(self) -> tuple[int, bytes]:
        """Every answer is waited for under the deadline."""
        if self.sock is not None:
            self.deadline.watch(self.sock)
        return super().getreply()


class _Tls(smtplib.SMTP_SSL):
    """A conversation under a deadline that is TLS from its first byte (RFC 8314, port 465)."""

    def __init__(self, server: MailServer, name: str, deadline: _Deadline, context: ssl.SSLContext) -> None:
        self.deadline = deadline
        super().__init__(server.host, server.port, local_hostname=name, timeout=SILENCE, context=context)

    def getreply(self) -> tuple[int, bytes]:
        """Every answer is waited for under the deadline."""
        if self.sock is not None:
            self.deadline.watch(self.sock)
        return super().getreply()


def _connect(server: MailServer, sender: str, context: ssl.SSLContext, deadline: _Deadline) -> smtplib.SMTP:
    name = sender.rpartition("@")[2] or "localhost"  # the greeting tells nothing about this machine
    smtp: smtplib.SMTP | None = None
    try:
        if server.starttls:
            smtp = _StartTls(server, name, deadline)
            smtp.starttls(context=context)
        else:
            smtp = _Tls(server, name, deadline, context)
        smtp.ehlo_or_helo_if_needed()
        if server.username is not None:
            smtp.login(server.username, server.password or "")
    except (OSError, UnicodeError) as error:  # smtplib's and ssl's errors are OSErrors
        if smtp is not None:
            smtp.close()
        raise Unreachable(_why(error)) from None
    return smtp


def _hand_in(smtp: smtplib.SMTP, sender: str, recipient: str, letter: EmailMessage) -> None:
    try:
        code, _ = smtp.mail(sender)
        if code != 250:
            raise NotNow(f"sender: {code}")
        code, _ = smtp.rcpt(recipient)
        _judge("recipient", code)
        try:
            code, _ = smtp.data(letter.as_bytes())
        except smtplib.SMTPDataError as error:
            code = error.smtp_code
        _judge("mail", code)
    except OSError as error:
        raise NotNow(_why(error)) from None


def _judge(what: str, code: int) -> None:
    """RFC 5321, 4.2.1: 2xx is yes, 5xx is no for good, all else is not now."""
    if 500 <= code <= 599:
        raise Undeliverable(f"{what}: {code}")
    if not 200 <= code <= 299:
        raise NotNow(f"{what}: {code}")


def _leave(smtp: smtplib.SMTP) -> None:
    """Say goodbye. What was taken is taken, whatever the server answers now."""
    try:
        smtp.quit()
    except OSError:
        smtp.close()


def _why(error: Exception) -> str:
    """What went wrong, in words that hold no address: an error's own text may repeat what was said."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__}: {error.smtp_code}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"certificate: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror and not isinstance(error, smtplib.SMTPException):
        return f"{type(error).__name__}: {error.strerror}"
    return type(error).__name__
