"""The demo: the whole job on pictures anybody may use, or on a folder of the user's."""

from __future__ import annotations

from pathlib import Path

from tagwright.cli import show
from tagwright.config import Settings
from tagwright.errors import Conflict, InvalidInput, NotFound
from tagwright.flows.judging import held_back_truth, judge
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions, survey
from tagwright.flows.sample import CREDITS, HOLD_BACK, prepare_sample, sample_folder
from tagwright.flows.sheet import write_sheet
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract

CONTRACT = Contract(target=0.85)
"""A sample this small cannot support more: the check pictures are too few to prove it."""


PLACE = Path("demo-library")
"""Where the demo's library goes, and a folder for each of the user's own."""


def run_demo(settings: Settings, folder: Path | None, into: Path | None) -> None:
    """Import, learn, tag, judge, and write two pages. Safe to run again."""
    if folder is None:
        into = into or PLACE
        _check_source(into, sample_folder(into), settings)
        show.say("1. Fetching the sample: 2,700 emoji drawings by two artists (41 MB, once)")
        with show.bar("Laying out") as progress:
            folder = prepare_sample(settings, into, progress)
        show.say(f"   {CREDITS}")
    else:
        folder = folder.expanduser()
        into = into or PLACE / folder.resolve().name
        _check_classes(folder)
        _check_source(into, folder, settings)
        show.say(f"1. Reading the class folders of {folder}")
    with Library.open_or_create(into / "library", settings) as library:
        _tell(library, folder, into)


def _check_classes(folder: Path) -> None:
    """Raises InvalidInput, before anything is made, where there is nothing to tell apart."""
    remedy = "put the pictures of each class into a folder of their own, and name the one above"
    if folder.is_file():
        raise InvalidInput(f"{str(folder)!r} is a file: {remedy}")
    found = survey([folder], ImportOptions(labels="folders"))
    classes = {path for paths in found.paths.values() for path in paths}
    if len(classes) < 2:  # noqa: PLR2004 - one class cannot be told from another
        raise InvalidInput(
            f"{str(folder)!r} has {len(classes)} class folders with pictures, and the demo needs "
            f"2 or more: {remedy}"
        )


def _check_source(into: Path, folder: Path, settings: Settings) -> None:
    """Raises Conflict where the library there was made of other pictures: they would mix."""
    try:
        library = Library.open(into / "library", settings)
    except NotFound:
        return
    with library:
        read = {Path(p) for run in library.runs() for p in run.params.get("paths", ())}
    for other in sorted(path for path in read if path.resolve() != folder.resolve()):
        raise Conflict(
            f"{str(into)!r} holds a demo of {str(other)!r} already: name another place with --into"
        )


def _tell(library: Library, folder: Path, into: Path) -> None:
    name = folder.resolve().name
    options = ImportOptions(labels="folders", hold_back=HOLD_BACK)
    show.say("\n2. Importing: reading every picture once, turning it into features")
    with show.import_progress(as_json=False) as progress:
        show.import_report(library.import_pictures(folder, options, progress=progress))
    show.say(f"\n3. The taxonomy it read from the folders ({HOLD_BACK:.0%} of labels held back):")
    show.taxonomy(library.taxonomy(name), library.label_counts(name))
    show.say(f"\n4. Learning it, and testing the promise: {CONTRACT.target:.0%} of it right")
    with show.steps("Learning") as steps:
        trained = library.train(name, TrainOptions(CONTRACT), progress=steps)
    show.trained(trained)
    show.say("\n5. Tagging the rest alone where the promise holds")
    with show.bar("Tagging") as progress_bar:
        show.tagged(library.tag(name, progress=progress_bar))
    ws = library.workspace
    truth = held_back_truth(ws, [folder], options, name)
    judged = judge(ws, truth)
    if judged.precision is not None:
        p = judged.precision
        show.say(
            f"\n6. The truth was held back, so it can be judged: of {judged.pictures:,} pictures "
            f"{judged.automatic:,} were tagged alone, and {p.value:.1%} of those are right "
            f"({p.low:.1%} to {p.high:.1%})."
        )
    report, sheet = into / "report.html", into / "sheet.html"
    library.write_report(library.report(name), report)
    write_sheet(ws, sheet, truth=truth)
    show.say(f"\nLook:  {report.resolve()}\n       {sheet.resolve()}")
    show.say(
        "\nNow yours:\n"
        "  tagwright init my-library && cd my-library\n"
        "  tagwright import ~/Pictures --labels folders     (or --labels keywords)\n"
        "  tagwright train && tagwright tag && tagwright export --format xmp"
    )
