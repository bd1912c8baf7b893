"""Commands for the machine's administrator: set-up, jobs and the demo. They print no content."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from mediator import jobs as periodic
from mediator.core import audit, config
from mediator.core.db import db
from mediator.core.errors import Refused
from mediator.demo import building, doors, people, place
from mediator.practice import actions, queries


def init_app(app: Flask) -> None:
    """Hang the commands on the application."""
    for command in (init, staff_link, jobs, demo, demo_doors):
        app.cli.add_command(command)


@click.command("init")
@with_appcontext
def init() -> None:
    """Bring the database up to date and, on an empty instance, print the link to the set-up page."""
    upgrade()
    if queries.has_owner():
        return
    audit.act_as(audit.Actor("command"))
    token = actions.make_set_up_link()
    db.session.commit()
    told: config.Config = current_app.extensions["mediator"]
    click.echo("This instance is new. Open this link once, within a day, to set it up:")
    click.echo(f"  {told.public_url}/set-up/{token}")


@click.command("staff-link")
@click.argument("email")
@with_appcontext
def staff_link(email: str) -> None:
    """Print a link by which whoever works here with this address chooses a new password. They read of it."""
    audit.act_as(audit.Actor("command"))
    try:
        token = actions.make_link_by_command(email)
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    db.session.commit()
    told: config.Config = current_app.extensions["mediator"]
    click.echo("This link works once, within three days. It is for this person alone, to choose a password:")
    click.echo(f"  {told.public_url}/welcome/{token}")


@click.command("jobs")
@with_appcontext
def jobs() -> None:
    """Send mail and clear what is past, until stopped. Of several such processes one works, the others wait."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    periodic.run(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Fill the demo's folder with invented people, unless it is there already; print how to get in."""
    told: config.Config = current_app.extensions["mediator"]
    if not told.demo:
        raise click.ClickException("This instance is no demo. A demo is made and served by: script/server --demo")
    upgrade()
    if place.is_whole(told.instance):
        click.echo("The demo is kept as it was left. Its staff get new passwords.")
        passwords = building.new_passwords()
    else:
        click.echo("Making the demo:")
        passwords = building.build(building.beginning(), lambda line: click.echo(f"  {line}"))
        place.mark_whole(told.instance)
    _say_how_to_get_in(told, passwords)


@click.command("demo-doors")
@with_appcontext
def demo_doors() -> None:
    """Make fresh links for both people of the demo's second pair and print them. Only in a demo."""
    try:
        ways = doors.fresh()
    except Refused as refused:
        raise click.ClickException(refused.message) from None
    click.echo("Each link opens once, within three days. Open each in a browser profile of its own:")
    for way in ways:
        click.echo(f"  {way.letter} {way.name}: {way.link.url}")


def _say_how_to_get_in(told: config.Config, passwords: Mapping[str, str]) -> None:
    """The address, and the passwords, which stand nowhere else from here on."""
    click.echo(f"Sign in at {told.public_url}/sign-in. These passwords were made for this run:")
    for member in people.STAFF:
        if member.email in passwords:
            click.echo(f"  {member.name + ', ' + member.what:<32}{member.email:<26}{passwords[member.email]}")
    click.echo("Alex and Sam come in on their phones, here in other browser profiles. Their links are made by:")
    click.echo(f"  script/demo-doors {told.public_url}")
