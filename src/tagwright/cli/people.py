"""`tagwright admin`: the first admin, and passwords that were lost. Never a password in argv."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from tagwright.cli import show
from tagwright.errors import InvalidInput
from tagwright.flows.people import checked_email, create_admin, known, reset_password

admin_app = typer.Typer(no_args_is_help=True, help="Make admins and give new passwords.")

Email = Annotated[str, typer.Option(help="Whose: the address they log in with.")]


@admin_app.command()
def create(
    context: typer.Context,
    email: Email,
    name: Annotated[str, typer.Option(help="How the person is called.")] = "",
) -> None:
    """Make an admin, who may also make workspaces and people. Asks for the password."""
    with context.obj.installation_opened() as installation:
        password = read_password(checked_email(email))
        person = create_admin(installation, email, name, password)
    show.say(f"{person.email} is an admin now, and can log in.")


@admin_app.command("reset-password")
def reset(context: typer.Context, email: Email) -> None:
    """Give a person a new password, and end their logins. Asks for the password."""
    with context.obj.installation_opened() as installation:
        known(installation, email)
        person = reset_password(installation, email, read_password(email))
    show.say(f"{person.email} has a new password, and is logged out everywhere.")


def read_password(email: str) -> str:
    """From the keyboard, twice and unseen; from a program, the first line of its input."""
    if not sys.stdin.isatty():
        line = sys.stdin.readline().rstrip("\r\n")
        if not line:
            raise InvalidInput("no password on standard input: give it as the first line")
        return line
    given: str = typer.prompt(
        f"New password for {email}", hide_input=True, confirmation_prompt=True, err=True
    )
    return given
