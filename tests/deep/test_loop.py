"""Training: what learns, what is cached, what survives, and what is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs `pip install 'tagwright[finetune]'`")

import torch

from tagwright.deep import cache, loop
from tagwright.deep.answers import count, losses
from tagwright.deep.cache import Activations, Live, fill, mapped, varied
from tagwright.deep.files import read_state
from tagwright.deep.networks import NETWORKS
from tagwright.deep.plan import Plan, Task
from tagwright.deep.recipes import RECIPES, Recipe
from tagwright.deep.run import prepared, recipe_of, run
from tagwright.errors import InvalidInput, Unavailable
from tests.deep.small import changed, coloured, folder_of, lite0_weights


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


class Stopped(Exception):
    """What a worker raises to put a job down."""


@pytest.mark.parametrize("recipe", ["study", "modern"])
def test_a_network_learns_and_its_best_state_is_kept(recipe: str, tmp_path: Path) -> None:
    folder = folder_of(changed(recipe=recipe, epochs=4), tmp_path / "run", count=72)
    story = run(folder)
    scores = [epoch["score"] for epoch in story["epochs"]]
    assert story["best"] == max(scores) > 0.6
    net = prepared(changed(), folder)
    net.load_state_dict(read_state(folder / "network.safetensors")[0])
    pixels, truth = mapped(folder / "pixels.npy"), np.load(folder / "targets.npy")[:, 0]
    held = np.flatnonzero(np.load(folder / "parts.npy"))
    net.eval()
    live = Live(pixels, NETWORKS["lite0"], net, 0, 64)
    with torch.no_grad():
        _, logits = net(live.batch(held, np.zeros_like(held)))
    hits = int((logits.argmax(1).numpy() == truth[held]).sum())
    assert hits / len(held) == pytest.approx(story["best"], abs=1 / len(held))


def test_several_facets_are_learned_by_one_network(tmp_path: Path) -> None:
    plan = changed(tasks=(Task("one", 3), Task("any", 2)), recipe="modern", epochs=4)
    story = run(folder_of(plan, tmp_path / "run", count=72))
    counts = story["epochs"][-1]["counts"]
    assert counts[0][2] == 18  # all held back are labelled in the first facet
    assert len(story["epochs"][-1]["scores"]) == 2
    assert max(epoch["scores"][1] for epoch in story["epochs"]) > 0.5


@pytest.mark.parametrize(
    ("task", "answers"),
    [
        pytest.param(Task("tree", 2), [[0, 0], [0, 1], [1, -1]], id="two questions in a tree"),
        pytest.param(Task("one-vs-rest", 3), np.eye(3), id="a question a concept"),
    ],
)
def test_one_of_many_is_learned_by_yes_no_questions(
    task: Task, answers: list[list[int]], tmp_path: Path
) -> None:
    plan = changed(tasks=(task,), recipe="modern", epochs=4)
    folder = folder_of(plan, tmp_path / "run", count=72)
    truth = np.load(folder / "targets.npy")[:, 0]
    np.save(folder / "targets.npy", np.array(answers, np.int32)[truth])
    story = run(folder)
    assert story["best"] > 0.6  # of the concepts: a third would be chance
    assert story["epochs"][-1]["counts"][0][2] == 18


def said(*logits: list[float]) -> torch.Tensor:
    return torch.tensor(logits)


@pytest.mark.parametrize(
    ("task", "logits", "targets", "counted"),
    [
        pytest.param(
            Task("tree", 3),
            said([-1, 2, 9], [1, 2, 9], [1, -1, -9], [1, 1, 1]),
            [[0, 1, -1], [0, 1, -1], [1, -1, 0], [-1, -1, -1]],
            [2, 2, 3],
            id="a tree is right where every question asked is",
        ),
        pytest.param(
            Task("one-vs-rest", 4),
            said([-3, -1, -2, -4], [4, 3, 2, 1], [4, 3, 2, 1], [1, 1, 1, 1]),
            [[0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1], [-1, -1, -1, -1]],
            [1, 2, 3],
            id="of one against the rest the surest yes counts, as of all at once",
        ),
        pytest.param(
            Task("any", 2),
            said([1, -1], [1, 1], [-1, -1]),
            [[1, 0], [0, 1], [1, -1]],
            [2, 1, 1],
            id="of any number each answer counts by itself",
        ),
    ],
)
def test_what_is_right_is_counted_as_the_facet_is_asked(
    task: Task, logits: torch.Tensor, targets: list[list[int]], counted: list[int]
) -> None:
    found = count(logits, torch.tensor(targets), [task])
    assert found.values.tolist() == [counted]


def test_a_question_that_is_not_asked_neither_teaches_nor_dilutes() -> None:
    task, logits = Task("tree", 3), said([0.3, -2, 5], [0.3, 0, 0])
    found = losses(logits, torch.tensor([[1, -1, -1], [-1, -1, -1]]), [task], 0.0)
    assert found.tolist() == pytest.approx([np.log1p(np.exp(-0.3)), 0])


def test_from_scratch_nothing_is_frozen_and_nothing_is_cached(tmp_path: Path) -> None:
    plan = changed(start="scratch", epochs=1)
    folder = folder_of(plan, tmp_path / "run")
    assert not list(folder.glob("weights*"))
    run(folder)
    assert not list(folder.glob("activations*"))
    assert all(p.requires_grad for p in prepared(plan, folder).parameters())


def test_cached_activations_are_what_the_frozen_part_gives(tmp_path: Path) -> None:
    plan = changed()
    folder = folder_of(plan, tmp_path / "run", count=70)  # more than a chunk
    net = prepared(plan, folder)
    net.eval()
    live = Live(mapped(folder / "pixels.npy"), NETWORKS["lite0"], net, plan.seed, 64)
    kept, path = np.arange(3, 70), folder / "activations.npy"
    fill(live, kept, 4, path, lambda step, done, total: None)
    found = Activations(mapped(path), kept)  # type: ignore[arg-type]
    rows, variants = np.array([69, 3, 3, 12]), np.array([0, 1, 2, 3])
    torch.testing.assert_close(
        found.batch(rows, variants), live.batch(rows, variants).float(), rtol=2e-2, atol=2e-2
    )


def test_a_cache_that_was_cut_off_is_taken_up_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "SAFE_AFTER", 1)

    def cut_after_two(step: str, done: int, total: int) -> None:
        if done > 64:
            raise Stopped

    plan, told, every = changed(), list[int](), np.arange(70)
    whole, cut = (folder_of(plan, tmp_path / name, count=70) for name in ("whole", "cut"))
    net = prepared(plan, cut)
    net.eval()
    live = Live(mapped(cut / "pixels.npy"), NETWORKS["lite0"], net, plan.seed, 64)
    with pytest.raises(Stopped):
        fill(live, every, 2, cut / "activations.npy", cut_after_two)
    fill(live, every, 2, cut / "activations.npy", lambda step, done, total: told.append(done))
    assert told == [70 + 64, 70 + 70]  # of four chunks, two were there
    fill(live, every, 2, whole / "activations.npy", lambda step, done, total: None)
    np.testing.assert_array_equal(*(np.load(f / "activations.npy") for f in (whole, cut)))


def test_a_variant_is_a_mirror_image_or_has_other_colours_and_is_always_the_same() -> None:
    pixels, _ = coloured(4)
    rows, variants = np.arange(4), np.array([0, 1, 2, 3])
    out = varied(pixels, rows, variants, seed=0)
    np.testing.assert_array_equal(out[0], pixels[0])
    np.testing.assert_array_equal(out[1], pixels[1, :, ::-1])
    assert (out[2] != pixels[2]).any()
    again = varied(pixels[2:3], rows[2:3], variants[2:3], seed=0)
    np.testing.assert_array_equal(again[0], out[2])


@pytest.mark.parametrize("recipe", ["study", "modern"])
def test_a_run_that_was_cut_off_ends_as_if_it_had_not_been(recipe: str, tmp_path: Path) -> None:
    def cut_in_the_third(step: str, done: int, total: int) -> None:
        if step.startswith("epoch 3") and done > 2 * 36 + 16:
            raise Stopped

    plan = changed(recipe=recipe, epochs=4)
    whole, cut = (folder_of(plan, tmp_path / name) for name in ("whole", "cut"))
    run(whole)
    with pytest.raises(Stopped):
        run(cut, tell=cut_in_the_third)
    story = run(cut)
    assert len(story["epochs"]) <= 4
    one, other = (read_state(f / "last.safetensors")[0] for f in (whole, cut))
    assert one.keys() == other.keys()
    for name in one:
        assert torch.equal(one[name], other[name]), name


@pytest.mark.slow
def test_a_process_that_was_killed_goes_on_from_its_last_epoch(tmp_path: Path) -> None:
    plan = changed(recipe="modern", epochs=6)
    whole, killed = (folder_of(plan, tmp_path / name) for name in ("whole", "killed"))
    run(whole)
    code = (
        "import sys, torch; from pathlib import Path; torch.set_num_threads(1);"
        "from tagwright.deep.run import run;"
        "run(Path(sys.argv[1]), tell=lambda step, done, total: print(step, flush=True))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(killed)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("epoch 4"):
                os.kill(process.pid, signal.SIGKILL)
                break
    begun = []
    run(killed, tell=lambda step, done, total: begun.append(step))
    assert begun[0].startswith("epoch 4")
    one, other = (read_state(f / "network.safetensors")[0] for f in (whole, killed))
    assert all(torch.equal(one[name], other[name]) for name in one)


def test_the_rate_falls_after_an_epoch_without_gain_and_the_second_in_a_row_ends_it(
    tmp_path: Path,
) -> None:
    story, rates = _judged_as([0.5, 0.6, 0.6, 0.7, 0.7, 0.6, 0.9], "study", tmp_path)
    assert [epoch["score"] for epoch in story.epochs] == [0.5, 0.6, 0.6, 0.7, 0.7, 0.6]
    assert rates == pytest.approx([0.01, 0.01, 0.01, 1e-3, 1e-3, 1e-4])
    assert story.best == 0.7


def test_the_cosine_ends_near_nothing_and_parts_far_from_the_last_layer_go_slower(
    tmp_path: Path,
) -> None:
    story, rates = _judged_as([0.5] * 9, "modern", tmp_path)
    assert len(story.epochs) == RECIPES["modern"].epochs
    assert rates[0] == 0  # it rises first
    assert rates[-1] < 0.1 * rates[1] < 0.1 * RECIPES["modern"].rate


def _judged_as(scores: list[float], recipe: str, tmp_path: Path) -> tuple[loop.Story, list[float]]:
    """Epochs of no steps, judged as told. Returns the rate at the start of each."""
    plan = changed(recipe=recipe)
    folder = folder_of(plan, tmp_path / "run")
    net = prepared(plan, folder)
    targets = torch.from_numpy(np.load(folder / "targets.npy")).long()
    live = Live(mapped(folder / "pixels.npy"), NETWORKS["lite0"], net, 0, 64)
    data = loop.Data(lambda epoch: live, live, targets, np.load(folder / "parts.npy"), plan.tasks)
    rates: list[float] = []

    class Told(loop._Trainer):
        def _epoch(self) -> float:
            self._set_rates(self.story.epoch)
            rates.append(self.optimiser.param_groups[0]["lr"])
            if len(self.optimiser.param_groups) > 1:
                second = self.optimiser.param_groups[1]["lr"]
                assert second == pytest.approx(rates[-1] * self.recipe.fading)
            return 0.0

        def judged(self, net: object) -> object:  # type: ignore[override]
            class Fixed:
                values = torch.zeros(1, 3)

                def scores(self, tasks: object) -> list[float]:
                    return [score]

            score = scores[self.story.epoch]
            return Fixed()

    trainer = Told(net, data, RECIPES[plan.recipe], loop.Place(tmp_path))
    while trainer.story.epoch < trainer.recipe.epochs and not trainer.has_ended():
        trainer.run_epoch()
    return trainer.story, rates


def test_an_interrupt_by_hand_keeps_the_best_state(tmp_path: Path) -> None:
    def by_hand(step: str, done: int, total: int) -> None:
        if step.startswith("epoch 2"):
            raise KeyboardInterrupt

    folder = folder_of(changed(epochs=5), tmp_path / "run")
    story = run(folder, tell=by_hand)
    assert len(story["epochs"]) == 1
    assert story["notes"] == ["ended by hand in epoch 2; the best state is kept"]
    best, _ = read_state(folder / "best.safetensors")
    kept, _ = read_state(folder / "network.safetensors")
    assert all(torch.equal(best[name], kept[name]) for name in best)


def test_an_end_that_is_asked_for_waits_for_the_first_epoch_and_keeps_the_best_state(
    tmp_path: Path,
) -> None:
    told: list[tuple[str, int, int]] = []
    folder = folder_of(changed(epochs=5), tmp_path / "run")
    story = run(folder, tell=lambda *said: told.append(said), ends=lambda: True)
    assert len(story["epochs"]) == 1
    assert story["notes"] == ["ended by hand in epoch 2; the best state is kept"]
    best, _ = read_state(folder / "best.safetensors")
    kept, _ = read_state(folder / "network.safetensors")
    assert all(torch.equal(best[name], kept[name]) for name in best)
    epochs = [said for said in told if said[0].startswith("epoch")]
    # 36 pictures an epoch, 16 a step: all of the first epoch, and one step of the second.
    assert [done for _, done, _ in epochs] == [16, 32, 36, 36 + 16]
    assert {total for *_, total in epochs} == {5 * 36}
    best_so_far = f"epoch 2 of 5, best so far {100 * story['best']:.1f} % (n = 12)"
    assert [step for step, *_ in epochs] == ["epoch 1 of 5"] * 3 + [best_so_far]


def _narrow(most: int) -> Callable[[loop._Trainer], None]:
    """A trainer whose memory holds `most` pictures."""

    def squeeze(trainer: loop._Trainer) -> None:
        whole = trainer.data.judged.batch

        def batch(rows: np.ndarray, variants: np.ndarray) -> torch.Tensor:  # type: ignore[type-arg]
            if trainer.net.training and len(rows) > most:
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to ...")
            return whole(rows, variants)

        trainer.data.judged.batch = batch  # type: ignore[method-assign]  # and of all epochs

    return squeeze


@pytest.mark.parametrize("most", [3, 0])
def test_out_of_memory_halves_the_batch_and_is_said_once(most: int, tmp_path: Path) -> None:
    plan = changed()
    folder = folder_of(plan, tmp_path / "run")
    net = prepared(plan, folder)
    targets = torch.from_numpy(np.load(folder / "targets.npy")).long()
    live = Live(mapped(folder / "pixels.npy"), NETWORKS["lite0"], net, 0, 64)
    data = loop.Data(lambda epoch: live, live, targets, np.load(folder / "parts.npy"), plan.tasks)
    said: list[str] = []
    place = loop.Place(tmp_path, tell=lambda step, done, total: said.append(step))
    trainer = loop._Trainer(net, data, recipe_of(plan, 36), place)
    _narrow(most)(trainer)
    if most == 0:
        with pytest.raises(Unavailable, match="out of memory with 1 pictures at a time"):
            trainer.run_epoch()
        return
    trainer.run_epoch()
    assert trainer.micro == 2
    assert sum("out of memory" in step for step in said) == 1
    assert len(trainer.story.notes) == 1


def test_too_few_pictures_are_refused(tmp_path: Path) -> None:
    folder = folder_of(changed(), tmp_path / "run", count=3)
    with pytest.raises(InvalidInput, match="3 pictures to learn from and 0 to judge by"):
        run(folder)


def test_what_was_trained_is_not_trained_again(tmp_path: Path) -> None:
    folder = folder_of(changed(epochs=1), tmp_path / "run")
    assert run(folder) == run(folder, tell=_never)


def _never(step: str, done: int, total: int) -> None:
    raise AssertionError(step)


@pytest.mark.slow
def test_two_processes_take_the_steps_of_one(tmp_path: Path) -> None:
    plan: Plan = changed(epochs=2)
    one, two = (folder_of(plan, tmp_path / name) for name in ("one", "two"))
    story = run(one)
    command = ["-m", "torch.distributed.run", "--nproc-per-node=2", "--master-addr=127.0.0.1"]
    port = ["--master-port=0", "--rdzv-backend=c10d", "--rdzv-endpoint=127.0.0.1:0"]
    subprocess.run(
        [sys.executable, *command, *port, "-m", "tagwright.deep", str(two)],
        check=True,
        timeout=300,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    other = run(two)  # only reads
    for mine, theirs in zip(story["epochs"], other["epochs"], strict=True):
        assert theirs["loss"] == pytest.approx(mine["loss"], rel=0.05)
    alone, shared = (read_state(f / "last.safetensors")[0] for f in (one, two))
    assert alone.keys() == shared.keys()
    begun = {f"net/model.{name}": value for name, value in lite0_weights().items()}
    learned = [k for k in begun if "running" not in k and "classifier" not in k]
    apart, moved = (
        torch.cat([(alone[k] - by[k]).flatten() for k in learned]).norm() for by in (shared, begun)
    )
    assert apart < 0.25 * moved  # by rounding; it was 0.04 when this was written


def test_small_pictures_come_first_and_the_last_epochs_see_the_networks_own_side() -> None:
    recipe = Recipe("sgd", rate=1.0, epochs=6, sides=(0.5, 0.75, 1.0))
    assert [recipe.side_at(epoch, 224) for epoch in range(6)] == [128, 128, 192, 192, 224, 224]
    assert [recipe.side_at(epoch, 70) for epoch in range(6)] == [64, 64, 64, 64, 70, 70]
    assert recipe.side_at(0, 48) == 48


def test_a_training_begins_with_small_pictures_where_it_is_asked_to(tmp_path: Path) -> None:
    plan = changed(side=96, small_first=True, epochs=3)
    assert recipe_of(plan, 36).sides == (0.5, 0.75, 1.0)
    transformer = replace(plan, network="vit-small")
    assert recipe_of(transformer, 36).sides == (1.0,)  # its positions are of one side
    folder = folder_of(replace(plan, side=64), tmp_path / "run")
    np.save(folder / "pixels.npy", np.load(folder / "pixels.npy").repeat(2, 1).repeat(2, 2))
    replace(plan, side=128).write(folder)
    run(folder)
    sides = {path.stem for path in folder.glob("activations-0-*.npy")}
    assert sides == {"activations-0-64", "activations-0-96", "activations-0-128"}


def test_few_pictures_are_seen_more_often() -> None:
    recipe = Recipe("sgd", rate=1.0, epochs=6, steps=300, batch=64)
    assert recipe.for_pictures(10_000).epochs == 6
    assert recipe.for_pictures(640).epochs == 30


def test_the_last_layer_is_taught_before_anything_else_learns(tmp_path: Path) -> None:
    plan = changed(recipe="modern", epochs=1)
    story = run(folder_of(plan, tmp_path / "run", count=72))
    assert story["begun"] > 0.6  # three colours: 1/3 by chance
    assert story["best"] >= story["begun"]


def test_batch_norm_keeps_what_it_was_pretrained_with_where_the_recipe_says_so(
    tmp_path: Path,
) -> None:
    begun = {f"model.{name}": value for name, value in lite0_weights().items()}
    statistics = [name for name in begun if "running" in name]
    for recipe, kept in (("modern", True), ("study", False)):
        folder = folder_of(changed(recipe=recipe, epochs=1), tmp_path / recipe)
        run(folder)
        state, _ = read_state(folder / "network.safetensors")
        assert all(torch.equal(state[name], begun[name]) for name in statistics) == kept


def test_every_recipe_has_a_rate_that_falls() -> None:
    plateau = Recipe("sgd", rate=1.0, epochs=5)
    assert [plateau.rate_at(0.5, falls) for falls in (0, 1, 2)] == pytest.approx([1, 0.1, 0.01])
    cosine = Recipe("adamw", rate=1.0, epochs=5, cosine=True)
    assert [cosine.rate_at(share, 0) for share in (0, 0.5, 1)] == pytest.approx([1, 0.5, 0])
