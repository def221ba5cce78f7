"""Standard output that takes any text, and may be left by whoever reads it."""

from __future__ import annotations

import io
import os
import sys


def prepare() -> None:
    """Lets standard output take any text, whatever the terminal's language is set to.

    Pipes and files get UTF-8; what even that cannot hold (the bytes of an odd file name) is
    shown as an escape.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = sys.stdout.encoding if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def end() -> None:
    """Write out what waits; whoever read it may have left, as `head` does."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
