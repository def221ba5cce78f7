"""The command line: one function a command, each calling one flow and showing what it says."""

from tagwright.config import one_blas_thread

one_blas_thread()

from tagwright.cli.app import main  # noqa: E402 - numpy reads the environment when it is imported

__all__ = ["main"]
