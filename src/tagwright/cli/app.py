"""The commands. Each opens the library, calls one flow, and shows what came back.

Exit codes: 0 done, 1 bad input, 2 usage, 3 partly done (some files were left out).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer

from tagwright import __version__
from tagwright.cli import show, streams
from tagwright.cli.alpha import alpha
from tagwright.cli.bench import bench
from tagwright.cli.clean import clean
from tagwright.cli.demo import run_demo
from tagwright.cli.door import Door
from tagwright.cli.map import map_
from tagwright.cli.people import admin_app
from tagwright.cli.serve import migrate, serve
from tagwright.cli.worker import worker
from tagwright.config import Settings
from tagwright.errors import InvalidInput, TagwrightError
from tagwright.flows.finetuning import AnyRecipe, FinetuneOptions, Schedule
from tagwright.flows.library import Library
from tagwright.flows.plans import ImportOptions
from tagwright.flows.training import TrainOptions
from tagwright.types import Contract, Recipe

PARTLY = 3

app = typer.Typer(
    name="tagwright",
    help="Learn a taxonomy from pictures, and tag the library only where it can be promised.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
taxonomy_app = typer.Typer(no_args_is_help=True, help="Read, show and write taxonomies.")
app.add_typer(taxonomy_app, name="taxonomy")
app.add_typer(admin_app, name="admin")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]
Actor = Annotated[str, typer.Option("--as", help="Who decides, for the ledger.")]


def main() -> None:
    """Run the command line; errors we know become one sentence and an exit code."""
    streams.prepare()
    # What goes wrong is told in sentences; without this, Python would print log events as well.
    logging.getLogger("tagwright").addHandler(logging.NullHandler())
    try:
        app()
    except TagwrightError as error:
        show.say(f"tagwright: {error}")
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename!r}: " if error.filename else ""
        show.say(
            f"tagwright: the system refused {place}{error.strerror or error}; check that the "
            f"place exists, may be read and written, and has room, and run this again"
        )
        sys.exit(1)
    finally:
        streams.end()


def _each(library: Library, names: list[str], do: Callable[[str], None], *, as_json: bool) -> None:
    """Do it for every taxonomy; one that cannot be done does not keep the others from it."""
    for name in names:
        library.taxonomy(name)  # all are there, or nothing is begun
    refused = 0
    for name in names:
        try:
            do(name)
        except TagwrightError as error:
            if len(names) == 1:
                raise
            refused += 1
            show.refused(name, error, as_json=as_json)
    if refused:
        raise typer.Exit(PARTLY if refused < len(names) else 1)


def _no_folder(out: Path | None) -> None:
    if out is not None and out.is_dir():
        raise InvalidInput(f"{str(out)!r} is a folder: name the file to write")


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    library: Annotated[
        Path | None, typer.Option("--library", "-C", help="The library's folder.")
    ] = None,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        print(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
        raise typer.Exit
    context.obj = Door(Settings.load(), library)


@app.command()
def init(context: typer.Context, folder: Path) -> None:
    """Make a library in a new or empty FOLDER."""
    library = Library.create(folder, context.obj.settings)
    library.close()
    show.say(
        f"Made the library {folder}. Go into it and bring pictures in:\n\n"
        f"  cd {folder}\n  tagwright import ~/Pictures --labels folders"
    )


@app.command("import")
def import_(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATHS...", help="Files, folders, or CSV manifests.")
    ],
    labels: Annotated[
        Literal["none", "folders", "keywords"],
        typer.Option(help="Where labels are: in folder names, or in the files."),
    ] = "none",
    taxonomy: Annotated[
        str | None, typer.Option(help="Where labels go; else the folder's name.")
    ] = None,
    kind: Annotated[
        Literal["one", "any"] | None, typer.Option(help="One leaf a picture, or any number.")
    ] = None,
    label_column: Annotated[
        list[str] | None, typer.Option(help="A manifest's column of labels; repeatable.")
    ] = None,
    group_column: Annotated[
        str | None, typer.Option(help="A manifest's column that splits keep together.")
    ] = None,
    root: Annotated[
        Path | None, typer.Option(help="What a manifest's paths are relative to.")
    ] = None,
    only_known: Annotated[
        bool, typer.Option(help="Leave out words that name no concept yet.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring pictures and their labels in. Originals stay where they are, untouched."""
    options = ImportOptions(
        labels=labels,
        taxonomy=taxonomy,
        kind=kind,
        label_columns=tuple(label_column) if label_column else None,
        group_column=group_column,
        root=root,
        only_known=only_known,
    )
    with context.obj.library_opened() as library:
        with show.import_progress(as_json=as_json) as progress:
            report = library.import_pictures(paths, options, progress=progress)
        if not as_json:
            show.import_report(report, labels)
    if report.unreadable:
        raise typer.Exit(PARTLY)


@app.command()
def train(
    context: typer.Context,
    taxonomies: Annotated[
        list[str] | None, typer.Argument(metavar="[TAXONOMY]...", help="All, when none is named.")
    ] = None,
    target: Annotated[float, typer.Option(help="Share of automatic tags that must be right.")] = (
        0.95
    ),
    confidence: Annotated[float, typer.Option(help="How sure the promise is.")] = 0.95,
    again: Annotated[bool, typer.Option(help="Search views and regularisation anew.")] = False,
    leave_out: Annotated[
        bool, typer.Option("--leave-out", help="Learn without the labels that `alpha` found.")
    ] = False,
    recipe: Annotated[
        AnyRecipe,
        typer.Option(
            help="All concepts at once, a tree of yes/no questions, one a concept, or a network "
            "fine-tuned first."
        ),
    ] = "multiclass",
    backbone: Annotated[str, typer.Option(help="Fine-tuning: the network, as lite0.")] = "lite0",
    head: Annotated[
        Recipe, typer.Option(help="Fine-tuning: what the network is taught, and put on top.")
    ] = "multiclass",
    schedule: Annotated[
        Schedule, typer.Option(help="Fine-tuning: the study's recipe, or today's.")
    ] = "modern",
    from_scratch: Annotated[
        bool, typer.Option("--from-scratch", help="Fine-tuning: from random weights.")
    ] = False,
    checkpoint: Annotated[
        Path | None, typer.Option(help="Fine-tuning: a file of weights in timm's format.")
    ] = None,
    side: Annotated[
        int | None, typer.Option(min=16, max=1024, help="Fine-tuning: of pictures, in pixels.")
    ] = None,
    small_first: Annotated[
        bool,
        typer.Option("--small-first", help="Fine-tuning: smaller pictures in the first epochs."),
    ] = False,
    boundary: Annotated[
        str | None, typer.Option(help="Fine-tuning: the first block that learns, as blocks.5.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="Fine-tuning: the most.")] = None,
    processes: Annotated[
        int, typer.Option(min=1, help="Fine-tuning: how many train together.")
    ] = 1,
    as_json: AsJson = False,
) -> None:
    """Learn the taxonomies from their labels; a new model version each."""
    contract = Contract(target, confidence)
    heads = head if recipe == "finetune" else recipe
    options = TrainOptions(contract, again=again, leave_out=leave_out, recipe=heads)
    tuning = FinetuneOptions(
        network=backbone,
        head=head,
        schedule=schedule,
        from_scratch=from_scratch,
        checkpoint=checkpoint,
        side=side,
        boundary=boundary,
        small_first=small_first,
        epochs=epochs,
        processes=processes,
    )
    with context.obj.library_opened() as library:

        def learn(name: str) -> None:
            with show.steps(f"Learning {name}", quiet=as_json) as progress:
                if recipe == "finetune":
                    trained = library.finetune(name, tuning, options, progress=progress)
                else:
                    trained = library.train(name, options, progress=progress)
            show.trained(trained, as_json=as_json)

        _each(library, taxonomies or library.trainable(), learn, as_json=as_json)


@app.command()
def tag(
    context: typer.Context,
    taxonomies: Annotated[
        list[str] | None, typer.Argument(metavar="[TAXONOMY]...", help="All, when none is named.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tag what is untagged: alone where the contract holds, the rest left to people."""
    with context.obj.library_opened() as library:

        def decide(name: str) -> None:
            with show.bar(f"Tagging by {name}", quiet=as_json) as progress:
                tagged = library.tag(name, progress=progress)
            show.tagged(tagged, as_json=as_json)

        _each(library, taxonomies or library.trained(), decide, as_json=as_json)


@app.command()
def report(
    context: typer.Context,
    taxonomy: Annotated[str | None, typer.Argument(help="The last trained, when not named.")] = (
        None
    ),
    model: Annotated[int | None, typer.Option(help="A version; else the champion.")] = None,
    html: Annotated[Path | None, typer.Option(help="Write one self-contained page.")] = None,
    as_json: AsJson = False,
) -> None:
    """How good a model is, on pictures it never saw, each figure with its interval."""
    _no_folder(html)
    with context.obj.library_opened() as library:
        found = library.report(taxonomy, model)
        if html is not None:
            library.write_report(found, html)
            show.say(f"Wrote {html}")
        if as_json or html is None:
            show.report(found, as_json=as_json)


@app.command()
def sheet(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="The HTML file to write.")],
    limit: Annotated[int, typer.Option(help="Pictures a section.")] = 60,
) -> None:
    """A contact sheet of tagged pictures with their probabilities, as one HTML file."""
    _no_folder(out)
    with context.obj.library_opened() as library:
        count = library.write_sheet(out, limit=limit)
    show.say(f"Wrote {out} ({count} pictures)")


@app.command()
def export(
    context: typer.Context,
    format_: Annotated[
        Literal["csv", "jsonl", "xmp"], typer.Option("--format", help="What to write.")
    ] = "csv",
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A file (csv, jsonl) or a folder of sidecars (xmp)."),
    ] = None,
    suggested: Annotated[bool, typer.Option(help="Suggestions too (csv, jsonl).")] = False,
) -> None:
    """Write the tags out: a table, JSON Lines, or XMP sidecars beside the pictures."""
    with context.obj.library_opened() as library:
        if format_ == "xmp":
            with show.bar("Writing sidecars") as progress:
                done = library.export_sidecars(out, progress=progress)
            show.sidecars(done)
            if done.failed:
                raise typer.Exit(PARTLY)
            return
        _no_folder(out)
        count = library.export(format_, out, suggested=suggested)
        if out is not None:
            show.say(f"Wrote {out} ({count} pictures)")


@app.command()
def search(
    context: typer.Context,
    words: Annotated[str | None, typer.Argument(help="A concept: a word or a path A > B.")] = None,
    taxonomy: Annotated[str | None, typer.Option(help="Only in this taxonomy.")] = None,
    like: Annotated[str | None, typer.Option(help="A picture file or an asset id.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find pictures by concept (people's word first, then probability) or by likeness."""
    if (words is None) == (like is None):
        raise InvalidInput("say what to search: a concept, or --like PICTURE (one of the two)")
    with context.obj.library_opened() as library:
        if like is not None:
            hits = library.similar(like, limit=limit)
        else:
            hits = library.search(words or "", taxonomy=taxonomy, limit=limit)
    show.hits(hits, as_json=as_json)


@app.command()
def label(
    context: typer.Context,
    asset: Annotated[str, typer.Argument(help="The picture's id, or how it starts.")],
    concept: Annotated[str, typer.Argument(help="A word, a path A > B, or an id.")],
    taxonomy: Annotated[str | None, typer.Option(help="Needed when there are several.")] = None,
    reject: Annotated[bool, typer.Option(help="Say it is not this.")] = False,
    actor: Actor = "person",
) -> None:
    """Say what a picture is, or is not. A person's word outranks every model's."""
    with context.obj.library_opened() as library:
        entry = library.decide(asset, concept, taxonomy=taxonomy, positive=not reject, actor=actor)
    show.say(f"{entry.asset[:12]} is {'' if entry.positive else 'not '}{entry.concept}")


@app.command()
def undo(
    context: typer.Context,
    run: Annotated[str | None, typer.Option(help="A run's id, from `tagwright runs`.")] = None,
    model: Annotated[
        str | None, typer.Option(help="All tags of a model: TAXONOMY:VERSION.")
    ] = None,
    actor: Actor = "person",
) -> None:
    """Take back the last tagging or decision, or the run or model named."""
    with context.obj.library_opened() as library:
        done = library.undo(run=run, model=model, actor=actor)
    show.undone(done)


@app.command()
def runs(context: typer.Context, as_json: AsJson = False) -> None:
    """What was done to this library, newest first; what can be undone by name."""
    with context.obj.library_opened() as library:
        show.runs(library.runs(), as_json=as_json)


@app.command()
def status(context: typer.Context, as_json: AsJson = False) -> None:
    """What is in the library: pictures, taxonomies, models, tags, unreadable files."""
    with context.obj.library_opened() as library:
        show.status(library.status(), as_json=as_json)


@taxonomy_app.command("import")
def taxonomy_import(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="SKOS (.ttl .rdf .jsonld), .csv or keyword .txt.")],
    name: Annotated[str | None, typer.Option(help="Else the file's name.")] = None,
    kind: Annotated[
        Literal["one", "any"] | None,
        typer.Option(help="Of facets the file says nothing of; else as before, or any."),
    ] = None,
    first_parent: Annotated[
        bool, typer.Option("--first-parent", help="Of a SKOS concept's parents, keep the first.")
    ] = False,
) -> None:
    """Read a taxonomy from a file."""
    with context.obj.library_opened() as library:
        found = library.import_taxonomy(file, name=name, kind=kind, first_parent=first_parent)
    show.say(f"Read {found.name}: {len(found.concepts):,} concepts")


@taxonomy_app.command("export")
def taxonomy_export(
    context: typer.Context,
    name: str,
    file: Annotated[Path, typer.Argument(help="Its ending says the format, as for import.")],
) -> None:
    """Write a taxonomy to a file."""
    _no_folder(file)
    with context.obj.library_opened() as library:
        library.export_taxonomy(name, file)
    show.say(f"Wrote {file}")


@taxonomy_app.command("words")
def taxonomy_words(
    context: typer.Context,
    name: str,
    file: Annotated[Path, typer.Argument(help="CSV: concept,language,word.")],
) -> None:
    """Use a client's own words for a taxonomy's concepts, from a CSV file."""
    with context.obj.library_opened() as library:
        count = library.use_words(name, file)
    show.say(f"{name} now shows {count:,} words of {file.name}")


@taxonomy_app.command("show")
def taxonomy_show(
    context: typer.Context, name: Annotated[str | None, typer.Argument()] = None
) -> None:
    """Show a taxonomy as a tree, with the number of labelled pictures of each concept."""
    with context.obj.library_opened() as library:
        names = [name] if name else library.taxonomies()
        for each in names:
            show.taxonomy(library.taxonomy(each), library.label_counts(each))
    if not names:
        show.say(
            "There is no taxonomy yet: `tagwright import FOLDER --labels folders` makes one of "
            "the folders' names, `tagwright taxonomy import FILE` reads one."
        )


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check this machine: networks, arithmetic, decoders, database."""
    checks = Library.doctor(context.obj.settings)
    show.doctor(checks, as_json=as_json)
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


@app.command()
def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of class folders; else the sample library.")
    ] = None,
    into: Annotated[
        Path | None,
        typer.Option(help="Where its library goes; else demo-library, or demo-library/FOLDER."),
    ] = None,
) -> None:
    """The whole job, start to end, on the sample library or on a folder of yours."""
    run_demo(context.obj.settings, folder, into)


app.command()(clean)
app.command()(alpha)
app.command()(bench)
app.command("map")(map_)
app.command()(serve)
app.command()(migrate)
app.command()(worker)
