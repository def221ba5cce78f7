"""`tagwright worker`: a process that does the jobs, beside the server or on its own."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Callable
from types import FrameType
from typing import Annotated

import typer

from tagwright.cli import show


def worker(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Option(help="What jobs call it; else the machine and process number.")
    ] = None,
) -> None:
    """Do the library's jobs until stopped. Start as many as there is work for."""
    # The web framework takes half a second to import, which no other command should wait for.
    from tagwright.flows.ticks import TICKS  # noqa: PLC0415
    from tagwright.flows.working import run_in_thread  # noqa: PLC0415
    from tagwright.web.logs import configure  # noqa: PLC0415

    configure(context.obj.settings.log_format)
    name = name or f"{socket.gethostname()}-{os.getpid()}"
    with context.obj.installation_opened() as installation:
        # In a thread, so that this one hears a signal at once, however long a step takes.
        running = run_in_thread(installation, name, ticks=TICKS)
        stop_on_signals(running.stop_soon)
        show.say(f"Worker {name} works on {installation.root}. Stop with Ctrl-C.")
        running.wait()


def stop_on_signals(stop: Callable[[], None]) -> None:
    """The first SIGTERM or SIGINT calls `stop`; a second one ends the process at once."""
    signals = (signal.SIGTERM, signal.SIGINT)

    def once(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_DFL)
        stop()

    for each in signals:
        signal.signal(each, once)
