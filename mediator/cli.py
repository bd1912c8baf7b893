"""Commands for the machine's administrator: set-up and jobs. They print no content."""

from __future__ import annotations

import logging

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from mediator import jobs as periodic
from mediator.core import audit, config
from mediator.core.db import db
from mediator.practice import actions, queries


def init_app(app: Flask) -> None:
    """Hang the commands on the application."""
    app.cli.add_command(init)
    app.cli.add_command(jobs)


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


@click.command("jobs")
@with_appcontext
def jobs() -> None:
    """Send mail and clear what is past, until stopped. Of several such processes one works, the others wait."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    periodic.run(current_app._get_current_object())  # type: ignore[attr-defined]
