"""The application for gunicorn and the command line: `flask --app wsgi …`."""

from mediator.app import create_app

app = create_app()
