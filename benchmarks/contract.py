"""Does the contract keep its word? Many draws of the validation pictures, one frozen model.

    python benchmarks/contract.py --shared ../shared/data [--draws 200]

The model, its calibration and the path of cut-offs come from the train split. The other pictures
(30 %) are drawn again and again into a validation part, which makes the promise, and the rest,
which shows what it was worth. Two judges: *the rest* itself, whose realised precision has noise
of its own, and *the population*: validation is drawn with replacement from all other pictures,
groups whole, and their precision is the truth, without noise. A broken promise is a precision
under the target. Prints Markdown.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from packs import (  # isort: skip - sets the number of BLAS threads before numpy loads
    Source,
    arguments,
    clothing,
    fashion,
    folder_facet,
)

import numpy as np

from tagwright.core.contract import Claims, promise
from tagwright.core.facet_model import FacetData
from tagwright.core.fitting import learn_facet, one_claims
from tagwright.core.intervals import clopper_pearson
from tagwright.core.splits import in_split
from tagwright.types import Contract, Ids

TARGETS = (0.90, 0.95, 0.98)
SHARE = 0.5
"""Of the other pictures that validate; about 15 % of all, the other 15 % judge."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One draw: was anything promised, tagged what share, and how right was it."""

    coverage: float
    precision: float


def main() -> None:
    parser = arguments(__doc__)
    parser.add_argument("--draws", type=int, default=200)
    options = parser.parse_args()
    source = Source(options.shared, options.cache)
    sets: dict[str, Callable[[], FacetData]] = {
        "smile": lambda: folder_facet(source, "smile"),
        "clothing10 by photographer": lambda: clothing(source),
        "fashion, 45 classes, roll-up": lambda: fashion(source, 2),
        "fashion, 142 classes, roll-up": lambda: fashion(source, 3),
    }
    print(f"Seeds 0-{options.draws - 1}; 95 % confidence; shares in percent.\n")
    print(
        "| Set | target | promised in | coverage (10th-90th) | realised on the rest (10th-90th) "
        "| broken, on the rest | broken, in the population |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, data in sets.items():
        taught, others = claims_of(data())
        for target in TARGETS:
            contract = Contract(target, 0.95)
            found = [draw(taught, others, contract, seed) for seed in range(options.draws)]
            print(f"| {name} | {100 * target:.0f} | {line(found, target)} |", flush=True)


def claims_of(data: FacetData) -> tuple[Claims, Claims]:
    """Out-of-fold claims of train, and those of all other pictures by the final model."""
    model, taught = learn_facet(data, Contract(), np.random.default_rng(0))
    others = np.flatnonzero(~in_split(data.groups, "train"))
    return one_claims(model, data, taught), one_claims(model, data, others)


def draw(taught: Claims, others: Claims, contract: Contract, seed: int) -> tuple[Outcome, Outcome]:
    """The two judges' outcomes of one draw."""
    rng = np.random.default_rng(seed)
    groups = np.unique(others.clusters)
    side = np.isin(others.clusters, rng.choice(groups, int(SHARE * len(groups)), replace=False))
    made = promise(taught, part(others, np.flatnonzero(side)), contract)
    rest = outcome(made.cutoffs, part(others, np.flatnonzero(~side)))
    again = redrawn(others, rng, int(SHARE * len(groups)))
    twice = promise(taught, again, contract)
    return rest, outcome(twice.cutoffs, others)


def outcome(cutoffs: tuple[float, ...], world: Claims) -> Outcome:
    tagged, right = world.taken(np.array(cutoffs))
    n = int(tagged.sum())
    precision = float(right.sum()) / n if n else float("nan")
    return Outcome(n / len(tagged), precision)


def part(claims: Claims, rows: Ids) -> Claims:
    _, clusters = np.unique(claims.clusters[rows], return_inverse=True)
    return Claims(claims.score[rows], claims.right[rows], clusters)


def redrawn(claims: Claims, rng: np.random.Generator, groups: int) -> Claims:
    """Whole groups drawn with replacement; a group drawn twice counts as two."""
    order = np.argsort(claims.clusters, kind="stable")
    _, starts, sizes = np.unique(claims.clusters[order], return_index=True, return_counts=True)
    chosen = rng.integers(0, len(starts), groups)
    rows = np.concatenate([order[starts[g] : starts[g] + sizes[g]] for g in chosen])
    return Claims(
        claims.score[rows], claims.right[rows], np.repeat(np.arange(groups), sizes[chosen])
    )


def line(found: list[tuple[Outcome, Outcome]], target: float) -> str:
    held = [rest for rest, _ in found if rest.coverage > 0]
    covered = spread([rest.coverage for rest, _ in found])
    realised = spread([rest.precision for rest in held]) if held else "-"
    cells = [f"{len(held)} of {len(found)}", covered, realised]
    for judge in range(2):
        broken = sum(o[judge].coverage > 0 and o[judge].precision < target for o in found)
        interval = clopper_pearson(broken, len(found))
        cells.append(
            f"{100 * interval.value:.1f} ({100 * interval.low:.1f}-{100 * interval.high:.1f})"
        )
    return " | ".join(cells)


def spread(values: list[float]) -> str:
    low, middle, high = 100 * np.quantile(values, [0.1, 0.5, 0.9])
    return f"{middle:.1f} ({low:.1f}-{high:.1f})"


if __name__ == "__main__":
    main()
