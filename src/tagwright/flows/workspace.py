"""An opened library: its folder, its database, its stores, and the network, loaded when needed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from tagwright.config import Settings
from tagwright.errors import Conflict, InvalidInput, NotFound
from tagwright.media.decode import Limits
from tagwright.runtime.backbone import Backbone, load_backbone
from tagwright.runtime.catalog import CATALOG, BackboneSpec
from tagwright.runtime.custom import read_row
from tagwright.runtime.loaded import LoadedNetworks, checked_devices
from tagwright.store.assets import Assets
from tagwright.store.blobs import STAGED, BlobFiles, Blobs, BucketFiles, DiskFiles
from tagwright.store.champions import Champions
from tagwright.store.engine import Database
from tagwright.store.features import FeatureStore
from tagwright.store.holds import Holds
from tagwright.store.jobs import Jobs
from tagwright.store.keys import Keys
from tagwright.store.ledger import Ledger
from tagwright.store.maps import Maps
from tagwright.store.models import Models
from tagwright.store.nearest import NearestIndex
from tagwright.store.networks import Networks
from tagwright.store.objects import Bucket, S3Options
from tagwright.store.online import OnlineStates
from tagwright.store.policies import Policies
from tagwright.store.reviews import Reviews
from tagwright.store.runs import Runs
from tagwright.store.search import Search
from tagwright.store.suspects import Suspects
from tagwright.store.taxonomies import Taxonomies
from tagwright.store.webhooks import Webhooks
from tagwright.store.workspaces import ensure_workspace
from tagwright.types import FacetId

MARKER = "tagwright.json"
FORMAT = 1
PARTIAL = MARKER + ".partial"
DATABASE = "library.db"
BEGUN = (PARTIAL, DATABASE)
"""How the names begin of what is in a folder before it is a library."""


def utc_now() -> str:
    """The time now as ISO 8601 text in UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def decode_limits(settings: Settings) -> Limits:
    """What one picture may cost, from the settings."""
    return Limits(
        megapixels=settings.max_megapixels,
        seconds=settings.decode_seconds,
        memory_megabytes=settings.decode_megabytes,
    )


def devices_of(settings: Settings) -> tuple[str, ...]:
    """Where networks run. Raises InvalidInput for a device that is not here."""
    names = [name.strip() for name in settings.devices.split(",")]
    # Asking the runtime takes 40 ms, and a processor it always has.
    return ("CPU",) if names == ["CPU"] else checked_devices(names)


def networks_of(settings: Settings) -> LoadedNetworks:
    """A place for networks, empty, as the settings want it."""
    return LoadedNetworks(devices_of(settings), settings.network_memory)


def s3_options(settings: Settings) -> S3Options:
    """How object stores are reached, from the settings."""
    return S3Options(
        endpoint=settings.s3_endpoint,
        region=settings.s3_region,
        key=settings.s3_key,
        secret=settings.s3_secret,
    )


def _blob_files(root: Path, settings: Settings) -> BlobFiles:
    if settings.blobs is None:
        return DiskFiles(root / "blobs")
    return BucketFiles(Bucket(settings.blobs, s3_options(settings)), root / "blobs" / STAGED)


def _spec(name: str) -> BackboneSpec:
    """A row of the catalogue, or of a JSON file beside an ONNX file."""
    if name.endswith(".json"):
        return read_row(Path(name))
    if name not in CATALOG:
        raise InvalidInput(
            f"there is no backbone {name!r}; the catalogue has {', '.join(CATALOG)}, "
            f"and the path of a JSON file describes any other"
        )
    return CATALOG[name]


@dataclass(slots=True)
class Workspace:
    """Everything a flow needs. `now` is the clock, so that tests can hold it still."""

    root: Path
    settings: Settings
    db: Database
    id: str
    loaded: LoadedNetworks
    now: Callable[[], str] = utc_now
    _versions: dict[str, str] = field(default_factory=dict)
    _blob_files: list[BlobFiles] = field(default_factory=list)
    _indexes: dict[tuple[str, str], NearestIndex] = field(default_factory=dict)
    _searches: dict[str, Search] = field(default_factory=dict)

    @property
    def runs(self) -> Runs:
        return Runs(self.db, self.id)

    @property
    def assets(self) -> Assets:
        return Assets(self.db, self.id)

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.db, self.id)

    @property
    def reviews(self) -> Reviews:
        return Reviews(self.db, self.id)

    @property
    def holds(self) -> Holds:
        return Holds(self.db, self.id)

    @property
    def suspects(self) -> Suspects:
        return Suspects(self.db, self.id)

    @property
    def taxonomies(self) -> Taxonomies:
        return Taxonomies(self.db, self.id)

    @property
    def features(self) -> FeatureStore:
        return FeatureStore(self.db, self.id, self.root / "features")

    @property
    def models(self) -> Models:
        return Models(self.db, self.id, self.root / "models")

    @property
    def networks(self) -> Networks:
        return Networks(self.root / "networks" / self.id)

    @property
    def maps(self) -> Maps:
        return Maps(self.db, self.id, self.root / "maps")

    @property
    def champions(self) -> Champions:
        return Champions(self.db, self.id)

    @property
    def policies(self) -> Policies:
        return Policies(self.db, self.id)

    @property
    def online(self) -> OnlineStates:
        return OnlineStates(self.db, self.id)

    @property
    def blobs(self) -> Blobs:
        """Pictures the library holds itself; all workspaces share one connection to a bucket."""
        if not self._blob_files:
            self._blob_files.append(_blob_files(self.root, self.settings))
        return Blobs(self.db, self.id, self._blob_files[0], self.root / "renditions")

    @property
    def nearest(self) -> NearestIndex:
        """The index of similar pictures, for the network in use; kept between requests."""
        key = (self.id, self.backbone_version)
        if key not in self._indexes:
            name = hashlib.sha256("\0".join(key).encode()).hexdigest()[:32]
            folder = self.root / "indexes" / name
            index = NearestIndex(self.db, self.features, self.backbone_version, folder)
            self._indexes.setdefault(key, index)
        return self._indexes[key]

    @property
    def search(self) -> Search:
        """The pictures and tags, held in memory for search; kept between requests."""
        return self._searches.setdefault(self.id, Search(self.db, self.id))

    @property
    def jobs(self) -> Jobs:
        return Jobs(self.db, self.id)

    @property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.db, self.id)

    @property
    def keys(self) -> Keys:
        return Keys(self.db, self.id)

    def backbone(self, name: str | None = None) -> Backbone:
        """The network `name`, or the one in the settings, from memory if it is there."""
        name, usual = name or self.settings.backbone, self.settings.backbone
        cache, precision = self.settings.cache_folder / "backbones", self.settings.precision

        def load(device: str) -> Backbone:
            return load_backbone(_spec(name), cache, precision=precision, device=device)

        return self.loaded.get(name, load, first=name == usual)

    def backbone_of(self, version: str) -> Backbone:
        """The network that gives the features of a version. Raises Conflict where it is gone."""
        own = self.networks.row(version)
        if own is None and version != self.backbone_version:
            raise Conflict(
                f"the network {version!r} is not here: set TAGWRIGHT_BACKBONE to it, or train again"
            )
        return self.backbone(None if own is None else str(own))

    @property
    def backbone_version(self) -> str:
        """What features are stored under; known without loading the network."""
        name = self.settings.backbone
        if name not in self._versions:  # for a network of one's own, its whole file is hashed
            self._versions[name] = _spec(name).version
        return self._versions[name]

    @property
    def backbone_side(self) -> int:
        """Of the pictures that the network of the settings takes, in pixels."""
        return _spec(self.settings.backbone).side

    def exclusive(self) -> Callable[[str, FacetId], bool]:
        """A function that says whether a facet is of kind `one`; it reads each taxonomy once."""

        @cache
        def is_exclusive(taxonomy: str, facet: FacetId) -> bool:
            found = self.taxonomies.find(taxonomy)
            return found is not None and any(
                f.id == facet and f.kind == "one" for f in found.facets
            )

        return is_exclusive

    def close(self) -> None:
        self.loaded.clear()
        self.db.close()


def create(root: Path, settings: Settings) -> Workspace:
    """Make a library in a new or empty folder. Raises Conflict where one is already."""
    if (root / MARKER).exists():
        raise Conflict(f"{str(root)!r} is a library already: use it, or name another folder")
    if root.exists() and not root.is_dir():
        raise InvalidInput(f"{str(root)!r} is a file: name a folder for the library")
    if root.exists() and not _is_begun_at_most(root):
        raise InvalidInput(
            f"{str(root)!r} is not empty: name a new folder for the library "
            f"(your pictures stay where they are; import them from there)"
        )
    root.mkdir(parents=True, exist_ok=True)
    partial = root / PARTIAL
    partial.write_text(json.dumps({"format": FORMAT, "workspace": "default"}))
    db = _database(root, settings)
    try:
        db.migrate()
    finally:
        db.close()
    partial.rename(root / MARKER)  # from here on the folder is a library, and has its tables
    return open_at(root, settings)


def _is_begun_at_most(root: Path) -> bool:
    """Whether a folder is empty, or holds only what a `create` that was cut off left there."""
    names = {path.name for path in root.iterdir()}
    return not names or (PARTIAL in names and all(n.startswith(BEGUN) for n in names))


def open_at(root: Path, settings: Settings) -> Workspace:
    """Open the library in `root`. Raises NotFound where there is none, Conflict if it lost its
    database: only `create` makes one.
    """
    home, loaded = _read_marker(root), networks_of(settings)
    db = _database(root, settings)
    _existing_version(db)
    db.migrate()
    ensure_workspace(db, home, utc_now())
    workspace = Workspace(root=root, settings=settings, db=db, id=home, loaded=loaded)
    an_hour_ago = (datetime.now(UTC) - timedelta(hours=1)).timestamp()
    workspace.features.sweep(an_hour_ago)
    workspace.models.sweep(an_hour_ago)
    workspace.maps.sweep(an_hour_ago)
    workspace.blobs.sweep_staged(an_hour_ago)
    return workspace


def upgrade(root: Path, settings: Settings) -> tuple[str, str | None]:
    """Migrate the library's database. Gives the schema's version before and after."""
    _read_marker(root)
    db = _database(root, settings)
    try:
        before = _existing_version(db)
        db.migrate()
        return before, db.version()
    finally:
        db.close()


def _existing_version(db: Database) -> str:
    """The version of its schema. Raises Conflict where a library's database is missing or empty."""
    version = db.version() if db.exists() else None
    if version is None:
        db.close()
        raise Conflict(
            f"the library's database {db.name!r} is gone: restore it from a backup, or name the "
            f"one it was made with in TAGWRIGHT_DATABASE_URL"
        )
    return version


def _database(root: Path, settings: Settings) -> Database:
    return Database(settings.database_url or f"sqlite:///{root / DATABASE}")


def _read_marker(root: Path) -> str:
    """The id of the workspace that the library was made with."""
    try:
        marker = json.loads((root / MARKER).read_text())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotFound(
            f"there is no library in {str(root)!r}: make one with `tagwright init {root}`"
        ) from error
    except ValueError as error:
        raise Conflict(
            f"{str(root / MARKER)!r} is damaged ({error}): restore it from a backup"
        ) from error
    if marker.get("format") != FORMAT:
        raise Conflict(
            f"the library in {str(root)!r} has format {marker.get('format')!r} and this "
            f"Tagwright reads {FORMAT}: use the release that made it"
        )
    return str(marker["workspace"])


def find_root(start: Path, settings: Settings) -> Path:
    """The library to use: the one in the settings, else `start` or the nearest folder above."""
    if settings.library is not None:
        return settings.library.expanduser()
    for folder in (start, *start.parents):
        if (folder / MARKER).exists():
            return folder
    raise NotFound(
        f"there is no library in {str(start)!r} or above it: make one with `tagwright init DIR` "
        f"and go into it, or name one with --library DIR"
    )
