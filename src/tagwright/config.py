"""Every knob once, with its default and unit. The only module that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from tagwright.errors import InvalidInput

PREFIX = "TAGWRIGHT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """How Tagwright runs here. Set each with an environment variable `TAGWRIGHT_<NAME>`.

    library: the library's folder; without it, the current folder or the nearest above it.
    database_url: where the tables are; without it, SQLite inside the library.
    backbone: the network that turns pixels into features: a name or a JSON file.
    precision: arithmetic of the network; `auto` takes bf16 where the processor has it.
    workers: decoder processes; 0 means one a processor core.
    decode_seconds: longest a single picture may take to decode, in seconds.
    decode_megabytes: most memory all decoder processes may use together, in MiB.
    max_megapixels: largest picture that is decoded, in million pixels.
    cache: where built networks and downloads are kept; safe to delete.
    """

    library: Path | None = None
    database_url: str | None = None
    backbone: str = "efficientnet-lite0"
    precision: Literal["auto", "f32", "bf16"] = "auto"
    workers: int = 0
    decode_seconds: float = 10.0
    decode_megabytes: int = 800
    max_megapixels: int = 100
    cache: Path = Path("~/.cache/tagwright")

    @classmethod
    def load(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read `TAGWRIGHT_*` variables. Raises InvalidInput for an unknown or ill-formed one."""
        source = os.environ if environ is None else environ
        given = {
            name.removeprefix(PREFIX).lower(): value
            for name, value in source.items()
            if name.startswith(PREFIX)
        }
        known = {field.name for field in fields(cls)}
        if unknown := sorted(given.keys() - known):
            raise InvalidInput(
                f"unknown setting {PREFIX}{unknown[0].upper()!s}; "
                f"the settings are {', '.join(PREFIX + name.upper() for name in sorted(known))}"
            )
        try:
            settings: Settings = TypeAdapter(cls).validate_python(given)
        except ValidationError as error:
            first = error.errors()[0]
            name = PREFIX + str(first["loc"][0]).upper()
            raise InvalidInput(f"{name}={first['input']!r}: {first['msg']}") from error
        return settings

    @property
    def decoders(self) -> int:
        """How many decoder processes to run."""
        return self.workers or os.cpu_count() or 1

    @property
    def cache_folder(self) -> Path:
        return self.cache.expanduser()


def one_blas_thread() -> None:
    """Keep numpy's linear algebra to one thread, unless the environment says otherwise.

    Call before numpy is imported. Heads are learned fold by fold in threads of our own; OpenBLAS's
    threads then wait for each other at every small product: 359 s instead of 24 on a busy machine.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
