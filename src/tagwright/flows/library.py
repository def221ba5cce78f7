"""The library as an object: what `tagwright.open` gives. Each method is one flow."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Literal, Self

from tagwright.config import Settings
from tagwright.core.atlas import Method
from tagwright.core.ledger import Entry
from tagwright.core.pace import Pace, Progress
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput, NotFound
from tagwright.flows import (
    alpha,
    atlas,
    champions,
    deciding,
    exporting,
    finetuning,
    importing,
    map_page,
    map_view,
    searching,
    sheet,
    tagging,
    training,
)
from tagwright.flows import report as reporting
from tagwright.flows import taxonomies as taxonomy_flows
from tagwright.flows import workspace as workspaces
from tagwright.flows.doctor import Check, check_machine
from tagwright.flows.plans import ImportOptions
from tagwright.flows.status import Status, count_labels, read_status
from tagwright.store.runs import Run
from tagwright.types import ConceptId, FacetKind, Json, View


class Library:
    """A library of pictures on disk. Use as a context manager, or call `close`."""

    def __init__(self, workspace: workspaces.Workspace) -> None:
        self.workspace = workspace

    @classmethod
    def create(cls, folder: Path | str, settings: Settings | None = None) -> Self:
        """Make a library in a new or empty folder."""
        return cls(workspaces.create(Path(folder), settings or Settings.load()))

    @classmethod
    def open(cls, folder: Path | str, settings: Settings | None = None) -> Self:
        """Open the library in `folder`. Raises NotFound where there is none."""
        return cls(workspaces.open_at(Path(folder), settings or Settings.load()))

    @classmethod
    def open_or_create(cls, folder: Path | str, settings: Settings | None = None) -> Self:
        """Open the library in `folder`; make it where there is none."""
        try:
            return cls.open(folder, settings)
        except NotFound:
            return cls.create(folder, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the database and the network."""
        self.workspace.close()

    def import_pictures(
        self,
        paths: Sequence[Path | str] | Path | str,
        options: ImportOptions | None = None,
        *,
        progress: importing.ImportProgress = lambda outcome, total: None,
    ) -> importing.ImportReport:
        """Bring pictures and their labels in; see `ImportOptions`."""
        given = [paths] if isinstance(paths, Path | str) else paths
        return importing.import_pictures(
            self.workspace, [Path(path) for path in given], options, progress=progress
        )

    def train(
        self,
        taxonomy: str,
        options: training.TrainOptions | None = None,
        *,
        progress: training.TrainProgress = lambda step, share: None,
    ) -> training.Trained:
        """Learn a taxonomy from its labels: a new model version, with its report.

        It becomes champion if it passes the gate; see `Trained.promotion`.
        """
        return champions.train_and_gate(self.workspace, taxonomy, options, progress=progress)

    def find_alpha(
        self,
        taxonomy: str | None = None,
        *,
        seconds: float = alpha.SECONDS,
        progress: Progress = lambda doing, share: None,
    ) -> Json:
        """Search the share of doubtful labels that learning is better without."""
        name = self.only(taxonomy)
        return alpha.find_alpha(self.workspace, name, seconds=seconds, progress=progress)

    def finetune(
        self,
        taxonomy: str,
        tuning: finetuning.FinetuneOptions | None = None,
        options: training.TrainOptions | None = None,
        *,
        progress: training.TrainProgress = lambda step, share: None,
    ) -> training.Trained:
        """Fine-tune a network on a taxonomy's labels, and learn the taxonomy on its features.

        `tuning.head` says how both are learned. The new version passes the same gate as any. Needs
        `tagwright[finetune]`.
        """
        return champions.finetune_and_gate(
            self.workspace, taxonomy, tuning, options, counted=paced(progress), progress=progress
        )

    def tag(
        self, taxonomy: str, *, progress: Callable[[int, int], None] = lambda done, total: None
    ) -> tagging.Tagged:
        """Tag every picture the champion has not decided on."""
        return tagging.tag_untagged(self.workspace, taxonomy, progress=progress)

    def decide(
        self,
        asset: str,
        concept: str,
        *,
        taxonomy: str | None = None,
        positive: bool = True,
        actor: str = "person",
    ) -> Entry:
        """A person's word on a picture and a concept; it outranks every machine's."""
        return deciding.decide(
            self.workspace, asset, self.only(taxonomy), concept, positive=positive, actor=actor
        )

    def undo(
        self, *, run: str | None = None, model: str | None = None, actor: str = "person"
    ) -> deciding.Undone:
        """Take back the last tagging or decision, a run, or a model ("TAXONOMY:VERSION")."""
        named = None if model is None else _model_name(model)
        return deciding.undo(self.workspace, run=run, model=named, actor=actor)

    def report(self, taxonomy: str | None = None, model: int | None = None) -> reporting.Report:
        """A model's report: the champion of the taxonomy trained last, when not named."""
        return reporting.read_report(self.workspace, taxonomy, model)

    def write_report(self, report: reporting.Report, out: Path | str) -> None:
        """The report as one self-contained HTML file."""
        reporting.write_html(report, Path(out))

    def write_sheet(self, out: Path | str, *, limit: int = 60) -> int:
        """A contact sheet of tagged pictures as one HTML file. Returns how many it shows."""
        return sheet.write_sheet(self.workspace, Path(out), limit=limit)

    def export(
        self,
        format_: Literal["csv", "jsonl"] = "csv",
        out: Path | str | None = None,
        *,
        suggested: bool = False,
    ) -> int:
        """Write tags as CSV or JSON Lines to a file, or to standard output."""
        if out is not None:
            return exporting.export_file(self.workspace, format_, Path(out), suggested=suggested)
        return exporting.EXPORTS[format_](self.workspace, sys.stdout, suggested=suggested)

    def tags(self, *, suggested: bool = False) -> str:
        """The standing tags as JSON Lines text, one picture a line."""
        out = io.StringIO()
        exporting.export_jsonl(self.workspace, out, suggested=suggested)
        return out.getvalue()

    def export_sidecars(
        self,
        folder: Path | str | None = None,
        *,
        progress: Callable[[int], None] = lambda done: None,
    ) -> exporting.SidecarReport:
        """Write XMP sidecars beside the originals, or under a folder."""
        return exporting.export_sidecars(
            self.workspace, folder=None if folder is None else Path(folder), progress=progress
        )

    def search(
        self, words: str, *, taxonomy: str | None = None, limit: int = 20
    ) -> list[searching.Hit]:
        """Pictures of a concept: people's word first, then by probability."""
        return searching.search_concept(self.workspace, words, taxonomy=taxonomy, limit=limit)

    def similar(self, picture: Path | str, *, limit: int = 20) -> list[searching.Hit]:
        """The pictures most like a file or a picture of the library."""
        return searching.search_similar(self.workspace, picture, limit=limit)

    def draw_map(
        self,
        view: View = "semantic",
        method: Method = "tsne",
        taxonomy: str | None = None,
        *,
        progress: atlas.Progress = lambda step, share: None,
    ) -> map_view.Drawn:
        """A map of all pictures, kept with the library. taxonomy: the only one, if not named.

        Without any taxonomy, clusters are named by keywords and file names.
        """
        names = self.taxonomies()
        named = taxonomy or (names[0] if len(names) == 1 else None)
        options = atlas.MapOptions(view, method, named)
        row = atlas.build_map(self.workspace, options, progress=progress)
        return map_view.read_map(self.workspace, row.id)

    def add_to_map(self, *, progress: atlas.Progress = lambda step, share: None) -> map_view.Drawn:
        """The newest map, with the pictures that came since placed on it."""
        rows = self.workspace.maps.all()
        if not rows:
            raise NotFound("there is no map yet: `tagwright map` draws one")
        row = atlas.place_new(self.workspace, rows[0].id, progress=progress)
        return map_view.read_map(self.workspace, row.id)

    def write_map(self, drawn: map_view.Drawn, out: Path | str) -> None:
        """A map as one self-contained HTML file."""
        map_page.write_map(self.workspace, drawn, Path(out))

    def taxonomies(self) -> list[str]:
        """The names of the library's taxonomies."""
        return self.workspace.taxonomies.names()

    def taxonomy(self, name: str) -> Taxonomy:
        """A taxonomy as it stands. Raises NotFound."""
        return self.workspace.taxonomies.get(name)

    def only(self, taxonomy: str | None) -> str:
        """The taxonomy named, or the only one there is. Raises InvalidInput where none is meant."""
        names = [taxonomy] if taxonomy else self.taxonomies()
        if len(names) != 1:
            raise InvalidInput(f"name the taxonomy; this library has: {', '.join(names) or 'none'}")
        return names[0]

    def import_taxonomy(
        self,
        file: Path | str,
        *,
        name: str | None = None,
        kind: FacetKind | None = None,
        first_parent: bool = False,
    ) -> Taxonomy:
        """Read a taxonomy from SKOS, CSV or a keyword list."""
        return taxonomy_flows.import_taxonomy(
            self.workspace, Path(file), name=name, kind=kind, first_parent=first_parent
        )

    def export_taxonomy(self, name: str, file: Path | str) -> None:
        """Write a taxonomy; the file's ending says the format."""
        taxonomy_flows.export_taxonomy(self.workspace, name, Path(file))

    def use_words(self, name: str, file: Path | str) -> int:
        """Use a client's own words (CSV: concept,language,word). Returns how many."""
        return taxonomy_flows.use_words(self.workspace, name, Path(file))

    def label_counts(self, taxonomy: str) -> dict[ConceptId, int]:
        """How many pictures people and imports labelled with each concept."""
        return count_labels(self.workspace, taxonomy)

    def trainable(self) -> list[str]:
        """The taxonomies that can be trained: all. Raises NotFound where there is none."""
        names = self.taxonomies()
        if not names:
            raise NotFound(
                "there is nothing to learn from yet: import labelled pictures first, "
                "`tagwright import FOLDER --labels folders`"
            )
        return names

    def trained(self) -> list[str]:
        """The taxonomies with a model. Raises NotFound where there is none."""
        names = [n for n in self.trainable() if self.workspace.models.champion(n) is not None]
        if not names:
            raise NotFound("there is no model yet: `tagwright train` learns one")
        return names

    @staticmethod
    def doctor(settings: Settings | None = None) -> list[Check]:
        """What this machine can do, and what to mend. Needs no library."""
        return check_machine(settings or Settings.load())

    def runs(self) -> list[Run]:
        """What was done to the library, newest first."""
        return self.workspace.runs.all()

    def status(self) -> Status:
        """Pictures, taxonomies, tags and unreadable files, counted."""
        return read_status(self.workspace)


def paced(progress: training.TrainProgress) -> finetuning.Progress:
    """Counts as shares of a step, which says how fast it goes and how long it will take."""
    pace: Pace | None = None

    def told(step: str, done: int, total: int) -> None:
        nonlocal pace
        at = monotonic()
        begun = Pace(step, done, total, at)
        pace = begun if pace is None else pace.after(step, done, total, at)
        progress(f"{step}{_speed(pace)}", done / max(total, 1))

    return told


def _speed(pace: Pace) -> str:
    found = pace.to_json()
    if not found["rate"] or pace.total == 1:
        return ""
    minutes, seconds = divmod(round(found["seconds_left"]), 60)
    return f" ({found['rate']:.0f} images/s, {minutes}:{seconds:02} left)"


def _model_name(text: str) -> tuple[str, int]:
    taxonomy, _, version = text.rpartition(":")
    if not taxonomy or not version.isdecimal():
        raise InvalidInput(f"{text!r} does not name a model: write TAXONOMY:VERSION, as shoes:3")
    return taxonomy, int(version)
