"""One mail to a real server on loopback: what is said, and what happens when the server does not want it."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from mediator.core import mail
from mediator.core.mail import Mail
from tests.mailbox import HOST, SENDER, Authority, Mailbox, Served

ID = "<0b7e6a3c-1@notes.example>"
MAIL = Mail(
    to="alex@people.example", subject="A message from Notes", text="Hello Zoë,\n\nthere is something for you.\n"
)
Open = Callable[..., Served]


@pytest.fixture
def served() -> Iterator[Open]:
    """Servers that are stopped after the test."""
    started: list[Served] = []

    def start(mailbox: Mailbox, **more: ssl.SSLContext) -> Served:
        server = Served(mailbox, **more)
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_mail_arrives_over_verified_tls_at_its_one_recipient(authority: Authority, served: Open, how: str) -> None:
    box = Mailbox()
    server = served(box, **{how: authority.server})
    mail.send(server.settings(), MAIL, ID, context=authority.client)
    (letter,) = box.letters
    assert letter.secure
    assert letter.recipients == ["alex@people.example"]
    assert letter.sender == SENDER
    got = letter.mail
    assert {name: got[name] for name in ("From", "To", "Subject", "Message-ID", "Auto-Submitted")} == {
        "From": SENDER, "To": "alex@people.example", "Subject": "A message from Notes", "Message-ID": ID,
        "Auto-Submitted": "auto-generated",
    }  # fmt: skip
    assert got.get_content_type() == "text/plain"
    assert letter.text == "Hello Zoë, there is something for you."
    assert set(got.keys()) <= {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version",
                               "Content-Type", "Content-Transfer-Encoding"}  # fmt: skip


@pytest.mark.parametrize("how", ["starttls", "tls"])
def test_a_certificate_nobody_vouches_for_ends_the_conversation(authority: Authority, served: Open, how: str) -> None:
    box = Mailbox()
    server = served(box, **{how: authority.server})
    with pytest.raises(mail.Unreachable, match="certificate"):
        mail.send(server.settings(), MAIL, ID)
    assert box.commands == []


def test_a_certificate_of_another_name_ends_the_conversation(authority: Authority, served: Open) -> None:
    box = Mailbox()
    server = served(box, starttls=authority.server)
    with pytest.raises(mail.Unreachable, match="certificate"):
        mail.send(server.settings(host="localhost"), MAIL, ID, context=authority.client)
    assert box.commands == []


def test_a_server_without_starttls_is_told_nothing(authority: Authority, served: Open) -> None:
    box = Mailbox()
    server = served(box)
    with pytest.raises(mail.Unreachable):
        mail.send(server.settings(username="u", password="p"), MAIL, ID, context=authority.client)
    assert box.commands == []


def test_nobody_at_the_port_is_unreachable() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
    server = Served(Mailbox())
    server.listening.close()
    with pytest.raises(mail.Unreachable):
        mail.send(server.settings(port=port), MAIL, ID)


@pytest.mark.parametrize(
    ("changes", "raised"),
    [
        ({"rcpt": "550 No such person"}, mail.Undeliverable),
        ({"rcpt": "451 Come again"}, mail.NotNow),
        ({"answer": "554 Not wanted"}, mail.Undeliverable),
        ({"answer": "452 Full"}, mail.NotNow),
        ({"dies": True}, mail.NotNow),
    ],
)
def test_for_good_and_for_now_are_told_apart(
    authority: Authority, served: Open, changes: dict[str, Any], raised: type[Exception]
) -> None:
    box = Mailbox(**changes)
    server = served(box, starttls=authority.server)
    with pytest.raises(raised) as caught:
        mail.send(server.settings(), MAIL, ID, context=authority.client)
    assert not isinstance(caught.value, mail.Unreachable)
    assert "alex" not in str(caught.value)


def test_a_server_that_never_answers_is_left(authority: Authority, served: Open) -> None:
    box = Mailbox(silent=True)
    server = served(box, starttls=authority.server)
    for seconds in (0.3, 3, 30):  # on a machine that does much else, the shortest may end before the mail is taken
        with pytest.raises(mail.NotNow):
            mail.send(server.settings(), MAIL, ID, context=authority.client, within=timedelta(seconds=seconds))
        if box.letters:
            break
    assert box.letters


def test_a_server_that_drips_its_greeting_is_left() -> None:
    """Every byte comes in time, the whole never does: only a limit on the whole helps."""
    stop = threading.Event()
    with socket.create_server((HOST, 0)) as listening:

        def drip() -> None:
            connection, _ = listening.accept()
            with connection:
                while not stop.wait(0.02):
                    try:
                        connection.sendall(b"2")
                    except OSError:
                        return

        thread = threading.Thread(target=drip)
        thread.start()
        server = Served(Mailbox())
        server.listening.close()
        with pytest.raises(mail.Unreachable):
            mail.send(server.settings(port=listening.getsockname()[1]), MAIL, ID, within=timedelta(seconds=0.2))
        stop.set()
        thread.join()


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("alex@people.example\r\nBcc: sam@people.example", "A message"),
        ("alex@people.example, sam@people.example", "A message"),
        ("alex@people.example", "A message\nBcc: sam@people.example"),
        ("alex@people.example\x00", "A message"),
        ("Alex", "A message"),
        ("", "A message"),
        ("<alex@people.example>", "A message"),
        ("zoë@people.example", "A message"),
    ],
)
def test_nothing_is_smuggled_into_a_header(to: str, subject: str) -> None:
    with pytest.raises(mail.Undeliverable):
        Mail(to=to, subject=subject, text="")


def test_line_breaks_in_the_words_stay_in_the_words(authority: Authority, served: Open) -> None:
    box = Mailbox()
    server = served(box, starttls=authority.server)
    name = "Alex\r\nBcc: sam@people.example\r\n.\r\nRCPT TO:<sam@people.example>"
    mail.send(server.settings(), Mail(MAIL.to, MAIL.subject, f"Hello {name},"), ID, context=authority.client)
    (letter,) = box.letters
    assert letter.recipients == [MAIL.to]
    assert letter.mail["Bcc"] is None
    assert "RCPT TO:<sam@people.example>" in letter.text


def test_a_domain_of_any_script_is_written_plain(authority: Authority, served: Open) -> None:
    box = Mailbox()
    server = served(box, starttls=authority.server)
    mail.send(server.settings(), Mail("alex@bücher.example", MAIL.subject, MAIL.text), ID, context=authority.client)
    assert box.letters[0].recipients == ["alex@xn--bcher-kva.example"]
    with pytest.raises(mail.Undeliverable):
        mail.send(server.settings(), Mail(f"alex@{'ü' * 64}.example", "", ""), ID, context=authority.client)


def test_long_lines_and_long_links_arrive_whole(authority: Authority, served: Open) -> None:
    box = Mailbox()
    server = served(box, starttls=authority.server)
    link = "https://notes.example/d/" + "x" * 1200
    mail.send(server.settings(), Mail(MAIL.to, MAIL.subject, f"{link}\n"), ID, context=authority.client)
    assert box.letters[0].text == link
    assert max(len(line) for line in box.letters[0].raw.split(b"\r\n")) <= 998
