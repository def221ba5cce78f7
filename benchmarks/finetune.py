"""Fine-tuning against the frozen head, scratch, the plain loop, and a plain torch + timm script.

    python benchmarks/finetune.py --shared ../shared/data --cache FOLDER
        [--only head|scratch|cache|plain] [--train 1500] [--held 300] [--test 2000] [--side 96]

One task: smiling or not (pack `smile`), split 70/10/20 by look-alike group. Of the train split the
first `--train` pictures by a seeded shuffle teach the network and the next `--held` judge its
epochs; `--test` of the test split are looked at once. Prints Markdown.
"""

from __future__ import annotations

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

import numpy as np
from packs import LIMITS, Source, arguments, flat_facet, look_alike_groups, share

# isort: split
import timm
import torch
from torch.nn import functional
from torch.utils.data import DataLoader, Dataset

from tagwright.core.facet_model import probabilities
from tagwright.core.fitting import fit_facet
from tagwright.core.paired import paired
from tagwright.core.splits import in_split
from tagwright.deep.cache import Live, normalised, picture_file
from tagwright.deep.files import read_state, write_state
from tagwright.deep.networks import NETWORKS, State, from_packaged, take_weights
from tagwright.deep.plan import Plan, Task
from tagwright.deep.run import RESULT, bare, run
from tagwright.media.decode import decode
from tagwright.runtime.catalog import CATALOG, Packaged
from tagwright.runtime.weights import packaged_file, read_legacy_torch, verified_bytes
from tagwright.types import Contract, Features, Ids, Json, Pixels

LITE0 = NETWORKS["lite0"]


@dataclass(frozen=True, slots=True)
class Smile:
    """Some pictures of the pack: files, truth, look-alike groups, stored features; three parts."""

    files: list[Path]
    truth: Ids
    groups: list[str]
    features: Features
    train: Ids
    held: Ids
    test: Ids
    pixels: Pixels


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--only", choices=["head", "scratch", "cache", "plain"])
    parser.add_argument("--train", type=int, default=1_500)
    parser.add_argument("--held", type=int, default=300)
    parser.add_argument("--test", type=int, default=2_000)
    parser.add_argument("--side", type=int, default=96)
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args()
    source = Source(options.shared, options.cache)
    with tempfile.TemporaryDirectory() as folder:
        task = read_task(source, options, Path(folder))
        print(
            f"smile at {options.side} px: {len(task.train):,} to learn, {len(task.held):,} held "
            f"back, {len(task.test):,} to test; {torch.get_num_threads()} threads, load "
            f"{os.getloadavg()[0]:.1f}\n",
            flush=True,
        )
        for name, part in PARTS.items():
            if options.only in (None, name):
                part(task, options, Path(folder))


def read_task(source: Source, options, folder: Path) -> Smile:  # type: ignore[no-untyped-def]
    pack = source.pack("smile")
    groups = look_alike_groups(pack.prints)
    labels = [name.split("/")[0] for name in pack.names]
    rng = np.random.default_rng(0)
    train = rng.permutation(np.flatnonzero(in_split(groups, "train")))
    test = rng.permutation(np.flatnonzero(in_split(groups, "test")))[: options.test]
    learns, held = train[: options.train], train[options.train :][: options.held]
    rows = np.concatenate([learns, held, test])
    files = [source.folder("smile") / pack.names[row] for row in rows]
    pixels = picture_file(folder / "pixels.npy", len(rows), options.side)
    with ThreadPoolExecutor(2) as pool:
        one = lambda path: decode(path.read_bytes(), side=options.side, limits=LIMITS).pixels  # noqa: E731
        for row, picture in enumerate(pool.map(one, files)):
            pixels[row] = picture
    pixels.flush()  # type: ignore[attr-defined]
    ends = np.cumsum([len(learns), len(held), len(test)])
    return Smile(
        files=files,
        truth=np.array([labels[row] == "smiling" for row in rows]).astype(np.int64),
        groups=[groups[row] for row in rows],
        features={view: values[rows] for view, values in pack.features.items()},
        train=np.arange(ends[0]),
        held=np.arange(ends[0], ends[1]),
        test=np.arange(ends[1], ends[2]),
        pixels=pixels,
    )


def tuned(task: Smile, options, folder: Path, **plan: object) -> tuple[Json, np.ndarray, float]:  # type: ignore[no-untyped-def,type-arg]
    """Train as planned. Returns the story, (test,) what was said, and seconds."""
    learned = np.concatenate([task.train, task.held])
    with tempfile.TemporaryDirectory(dir=folder) as name:
        place = Path(name)
        np.save(place / "pixels.npy", task.pixels[learned])
        np.save(place / "targets.npy", task.truth[learned, None].astype(np.int32))
        np.save(place / "parts.npy", (np.arange(len(learned)) >= len(task.train)).astype(np.uint8))
        base = Plan("lite0", options.side, (Task("one", 2),), "modern", "pretrained", "blocks.3")
        made = replace(base, **{"epochs": options.epochs, **plan})  # type: ignore[arg-type]
        write_state(place / "weights.safetensors", weights(), {})
        made.write(place)
        started = perf_counter()
        story = run(place)
        seconds = perf_counter() - started
        net = bare(made)
        net.load_state_dict(read_state(place / RESULT)[0])
        net.eval()
        live, said = Live(task.pixels, LITE0, net, 0, options.side), []
        with torch.inference_mode():
            for start in range(0, len(task.test), 64):
                rows = task.test[start : start + 64]
                said.append(net(live.batch(rows, np.zeros_like(rows)))[1].argmax(1).numpy())
    return story, np.concatenate(said), seconds


def weights() -> State:
    spec = CATALOG["efficientnet-lite0"]
    assert isinstance(spec.weights, Packaged)
    file = packaged_file(spec.weights.package, spec.weights.file)
    return from_packaged(read_legacy_torch(verified_bytes(file, spec.sha256)), LITE0)


def epochs_of(story: Json) -> str:
    return f"{len(story['epochs'])} epochs"


def against_the_head(task: Smile, options, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """The frozen head on the stored features (224 px) learns from the same labelled pictures."""
    started = perf_counter()
    before = head_right(task, options)
    seconds = perf_counter() - started
    print("| learned by | top-1 on test | seconds | against the head: gained / lost, p |")
    print("|---|---|---|---|")
    print(f"| head on frozen features, 224 px | {share(int(before.sum()), len(before))} "
          f"| {seconds:.0f} | |", flush=True)  # fmt: skip
    _, clusters = np.unique([task.groups[row] for row in task.test], return_inverse=True)
    found = {}
    for recipe in ("study", "modern"):
        story, said, took = tuned(task, options, folder, recipe=recipe)
        found[recipe] = right = said == task.truth[task.test]
        test = paired(right, before, clusters)
        print(f"| lite0 fine-tuned, {recipe}, {epochs_of(story)} "
              f"| {share(int(right.sum()), len(right))} | {took:.0f} "
              f"| {test.gained} / {test.lost}, p = {test.p:.3g} |", flush=True)  # fmt: skip
    test = paired(found["modern"], found["study"], clusters)
    print(f"\n`modern` against `study`: gained {test.gained}, lost {test.lost}, p = {test.p:.3g}\n")


def head_right(task: Smile, options) -> np.ndarray:  # type: ignore[no-untyped-def,type-arg]
    learned = np.concatenate([task.train, task.held])
    labels = ["smiling" if each else "not" for each in task.truth]
    names = [f"train-{i}" for i in range(len(learned))]
    groups = fixed_split(names, "train")
    some = {view: values[learned] for view, values in task.features.items()}
    data = flat_facet([labels[row] for row in learned], some, groups)
    model = fit_facet(data, Contract(), np.random.default_rng(0))
    tested = {view: values[task.test] for view, values in task.features.items()}
    said = probabilities(model, tested).p.argmax(axis=1)  # columns: not, smiling
    return np.asarray(said == task.truth[task.test])


def fixed_split(names: list[str], split: str) -> list[str]:
    """Names of groups that all lie in one split, since these pictures were split before."""
    found, number = [], 0
    for name in names:
        while not in_split([f"{name}-{number}"], split)[0]:  # type: ignore[arg-type]
            number += 1
        found.append(f"{name}-{number}")
    return found


def against_scratch(task: Smile, options, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """The study's recipe, pretrained and from random weights, until it ends itself."""
    print("| the study's recipe | top-1 on test | epochs | seconds |")
    print("|---|---|---|---|")
    for start in ("pretrained", "scratch"):
        story, said, took = tuned(task, options, folder, recipe="study", start=start)
        right = int((said == task.truth[task.test]).sum())
        print(f"| {start} | {share(right, len(said))} | {len(story['epochs'])} | {took:.0f} |",
              flush=True)  # fmt: skip
    print()


def against_the_plain_loop(task: Smile, options, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """An epoch's learning steps with and without the activation cache, and as a script has it."""
    # Every loop freezes the same part and makes no gradients for it; judging is not counted.
    print("| boundary | loop | seconds an epoch | looking once | top-1 on test |")
    print("|---|---|---|---|---|")
    for boundary in ("blocks.3", "blocks.5"):
        for cached in (True, False):
            story, said, took = tuned(
                task, options, folder, recipe="modern", boundary=boundary, cached=cached, epochs=2
            )
            each = [epoch["learning_seconds"] for epoch in story["epochs"]]
            name = "cached" if cached else "ours, not cached"
            once = f"{took - sum(e['seconds'] for e in story['epochs']):.0f}" if cached else "-"
            print(f"| {boundary} | {name} | {np.median(each):.1f} | {once} "
                  f"| {right_of(task, said)} |", flush=True)  # fmt: skip
        said, each = plain_script(task, options, 2, boundary)
        print(f"| {boundary} | plain torch + timm | {np.median(each):.1f} | - "
              f"| {right_of(task, said)} |", flush=True)  # fmt: skip
    said, each = plain_script(task, options, 2)
    print(f"| none | plain torch + timm | {np.median(each):.1f} | - | {right_of(task, said)} |\n",
          flush=True)  # fmt: skip


def right_of(task: Smile, said: np.ndarray) -> str:  # type: ignore[type-arg]
    return share(int((said == task.truth[task.test]).sum()), len(said))


class Files(Dataset):  # type: ignore[type-arg,misc]
    """What a user would write: pictures decoded, resized and flipped each time."""

    def __init__(self, task: Smile, rows: Ids, side: int) -> None:
        from torchvision import transforms  # type: ignore[import-untyped]

        steps = [transforms.Resize((side, side)), transforms.RandomHorizontalFlip()]
        steps += [transforms.ColorJitter(0.3, 0.3, 0.3), transforms.ToTensor()]
        self.prepare = transforms.Compose([*steps, transforms.Normalize(LITE0.mean, LITE0.std)])
        self.task, self.rows = task, rows

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, at: int):  # type: ignore[no-untyped-def]
        from PIL import Image

        row = int(self.rows[at])
        picture = Image.open(self.task.files[row]).convert("RGB")
        return self.prepare(picture), int(self.task.truth[row])


def plain_script(  # type: ignore[no-untyped-def]
    task: Smile, options, epochs: int, boundary: str | None = None
) -> tuple[np.ndarray, list[float]]:  # type: ignore[type-arg]
    """timm's network with the same weights, AdamW and a cosine; all layers, or those from
    `boundary`. Returns what it says of the test pictures, and the seconds of each epoch.
    """
    torch.manual_seed(0)
    model = timm.create_model("tf_efficientnet_lite0", num_classes=2)
    take_weights(model, LITE0, weights(), "the package")
    if boundary is not None:
        learns = False
        for name, parameter in model.named_parameters():
            learns = learns or name.startswith(boundary)
            parameter.requires_grad_(learns)
    loader = DataLoader(Files(task, task.train, options.side), 64, shuffle=True, num_workers=2)
    learning = [p for p in model.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(learning, 5e-4, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs * len(loader))
    seconds = []
    for _ in range(epochs):
        started = perf_counter()
        model.train()
        for x, y in loader:
            optimiser.zero_grad()
            functional.cross_entropy(model(x), y).backward()
            optimiser.step()
            schedule.step()
        seconds.append(perf_counter() - started)
    model.eval()
    with torch.inference_mode():
        parts = [
            model(normalised(task.pixels[task.test[s : s + 64]], LITE0)).argmax(1).numpy()
            for s in range(0, len(task.test), 64)
        ]
    return np.concatenate(parts), seconds


def against_a_plain_script(task: Smile, options, folder: Path) -> None:  # type: ignore[no-untyped-def]
    """All of a training, from pixels on disk to the best state; the script from files."""
    story, ours, took = tuned(task, options, folder, recipe="modern")
    print("| | top-1 on test | seconds |")
    print("|---|---|---|")
    epochs = len(story["epochs"])
    print(f"| tagwright, modern, {epochs} epochs | {right_of(task, ours)} | {took:.0f} |",
          flush=True)  # fmt: skip
    said, seconds = plain_script(task, options, epochs)
    _, clusters = np.unique([task.groups[row] for row in task.test], return_inverse=True)
    truth = task.truth[task.test]
    test = paired(ours == truth, said == truth, clusters)
    print(f"| plain torch + timm, all layers, {epochs} epochs | {right_of(task, said)} "
          f"| {sum(seconds):.0f} |")  # fmt: skip
    print(f"\nOurs gained {test.gained} and lost {test.lost}, p = {test.p:.3g}; "
          f"{sum(seconds) / took:.1f} times as fast.\n", flush=True)  # fmt: skip


PARTS = {
    "head": against_the_head,
    "scratch": against_scratch,
    "cache": against_the_plain_loop,
    "plain": against_a_plain_script,
}

if __name__ == "__main__":
    main()
