"""`tagwright serve` and `tagwright migrate`."""

from __future__ import annotations

from typing import Annotated

import typer

from tagwright.cli import show
from tagwright.flows.workspace import upgrade


def serve(
    context: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes a free one.")] = 8000,
    host: Annotated[
        str, typer.Option(help="Where to listen; beyond this machine only with an admin.")
    ] = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(min=0, max=16, help="Workers inside; 0 with `tagwright worker` beside.")
    ] = 1,
) -> None:
    """Serve the library: the REST API under /api/v1, and the work it asks for."""
    # The web framework takes half a second to import, which no other command should wait for.
    from tagwright.web.logs import configure  # noqa: PLC0415
    from tagwright.web.serve import Listen, serve_until_stopped  # noqa: PLC0415

    configure(context.obj.settings.log_format)
    with context.obj.installation_opened() as installation:
        serve_until_stopped(installation, Listen(host, port, workers), show.say)


def migrate(context: typer.Context) -> None:
    """Bring the library's database to this release's schema; `serve` does it by itself too."""
    before, after = upgrade(context.obj.root, context.obj.settings)
    show.say(f"The schema is {after}." if before == after else f"Migrated {before} to {after}.")
