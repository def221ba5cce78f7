"""Every knob once, with its default and unit. The only module that reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from pydantic import ByteSize, TypeAdapter, ValidationError

from tagwright.core.roles import Role
from tagwright.errors import InvalidInput

PREFIX = "TAGWRIGHT_"
LEAST = {
    "workers": 0,
    "network_memory": 1,
    "decode_seconds": 0.1,
    "decode_megabytes": 1,
    "max_megapixels": 1,
    "session_hours": 0.01,
    "upload_megabytes": 1,
    "lease_seconds": 0.1,
}
"""The smallest number that a setting may be."""
NETWORK_MEMORY = ByteSize(2_000_000_000)
"""Some thirty EfficientNets, or one network of 240 million weights; see docs/adr/0029."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How Tagwright runs here. Set each with an environment variable `TAGWRIGHT_<NAME>`.

    library: the library's folder; without it, the current folder or the nearest above it.
    database_url: where the tables are; without it, SQLite inside the library.
    backbone: the network that turns pixels into features: a name or a JSON file.
    precision: arithmetic of the network; `auto` takes bf16 where the processor has it.
    devices: where networks run, by the runtime's names separated by `,`, as `GPU.0,GPU.1,CPU`.
    network_memory: the most that all loaded networks may take together, as `512M` or `2G`.
    workers: decoder processes; 0 means one a processor core.
    decode_seconds: longest a single picture may take to decode, in seconds.
    decode_megabytes: most memory all decoder processes may use together, in MiB.
    max_megapixels: largest picture that is decoded, in million pixels.
    cache: where built networks and downloads are kept; safe to delete.
    blobs: where uploaded pictures are: without it, inside the library; or `s3://BUCKET/PREFIX`.
    s3_endpoint: the address of an S3-compatible store that is not Amazon's.
    s3_region: the region of the S3 store.
    s3_key: the access key's id; without it, the machine's own credentials.
    s3_secret: the access key's secret.
    public_url: the address people reach the server under, when a proxy stands before it.
    require_login: ask for a login on this machine too, before there is an admin.
    session_hours: how long a login lasts without use, in hours.
    proxies: addresses of proxies, separated by `,`, whose word on who asks is taken.
    rate_limit: how many requests a caller may make, as `COUNT/minute`.
    upload_megabytes: largest picture that may be uploaded, in MiB.
    import_folders: folders and `s3://BUCKET/PREFIX` places open to imports, separated by `:`.
    private_hosts: internal hosts that URL imports and webhooks may reach, separated by `,`.
    oidc_issuer: the address of the organisation's OpenID Connect provider.
    oidc_client_id: what the provider calls this server.
    oidc_client_secret: the secret the provider gave it.
    oidc_role: the role of newcomers; without it, only those an admin has named may enter.
    lease_seconds: how long a job is left to a worker that has stopped answering, in seconds.
    log_format: `text` for people, `json` for machines.
    """

    library: Path | None = None
    database_url: str | None = None
    backbone: str = "efficientnet-lite0"
    precision: Literal["auto", "f32", "bf16"] = "auto"
    devices: str = "CPU"
    network_memory: ByteSize = NETWORK_MEMORY
    workers: int = 0
    decode_seconds: float = 10.0
    decode_megabytes: int = 800
    max_megapixels: int = 100
    cache: Path = Path("~/.cache/tagwright")
    blobs: str | None = None
    s3_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_key: str | None = None
    s3_secret: str | None = None
    public_url: str | None = None
    require_login: bool = False
    session_hours: float = 12.0
    proxies: str = "127.0.0.1"
    rate_limit: str = "6000/minute"
    upload_megabytes: int = 200
    import_folders: str = ""
    private_hosts: str = ""
    oidc_issuer: str | None = None
    oidc_client_id: str | None = None
    oidc_client_secret: str | None = None
    oidc_role: Role | None = None
    lease_seconds: float = 30.0
    log_format: Literal["text", "json"] = "text"

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
        for field, least in LEAST.items():
            if not getattr(settings, field) >= least:  # nor may it be no number at all
                raise InvalidInput(
                    f"{PREFIX}{field.upper()}={given[field]!r} is too small: give {least} or more"
                )
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
