"""Cleaning: labels that look wrong are proposed to a person. Never is one changed silently."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from tagwright.core import cleaning
from tagwright.core.facet_model import FacetData
from tagwright.core.pace import part_of
from tagwright.core.taxonomy import Taxonomy
from tagwright.errors import InvalidInput
from tagwright.flows.answers import MOST, Answer, Decided, decide_all
from tagwright.flows.labels import FacetLabels, facet_data, facet_labels
from tagwright.flows.leaving import is_settled
from tagwright.flows.workspace import Workspace
from tagwright.store.runs import Run
from tagwright.store.suspects import Place, SuspectRow
from tagwright.types import VIEWS, ConceptId, FacetId, Interval, Json

log = logging.getLogger(__name__)

SEED = 0
USUAL: Final = 0.1
"""Above this share of look-alikes that are labelled differently, it says nothing."""
TWIN_SCORE: Final = 0.001
"""One of two look-alikes is wrong, so these come before what heads doubt."""
SURE: Final = 0.95
"""How likely a label must be wrong before it is corrected on an order given for all."""
SWAPS: Final = 20


def find_suspects(
    ws: Workspace,
    taxonomy: str,
    *,
    actor: str = "tagwright",
    progress: Callable[[str, float], None] = lambda doing, share: None,
) -> Json:
    """Look through every label of a taxonomy, and keep those that look wrong for a person.

    Safe to repeat: what was found before gives way at once to what is found now, and labels that
    a person has looked at a second time are settled. Facets with too few labels are told of. The
    answer is kept as the report of a run of kind `clean`.
    """
    found, backbone, now = ws.taxonomies.get(taxonomy), ws.backbone_version, ws.now()
    labels = facet_labels(ws, found, backbone)
    run = ws.runs.start("clean", actor, {"taxonomy": taxonomy, "at": now}, now)
    rows: list[SuspectRow] = []
    facets: list[Json] = []
    for index, facet in enumerate(labels):
        step = part_of(progress, facet.facet.label, index, len(labels))
        step("loading features", 0.0)
        some, said = _facet(ws, found, facet, now, step)
        rows += some
        facets.append(said)
    ws.suspects.replace(taxonomy, rows)
    report = {"taxonomy": taxonomy, "run": run, "suspects": len(rows), "facets": facets}
    ws.runs.finish(run, report, ws.now())
    progress("done", 1.0)
    log.info("labels_checked", extra={"taxonomy": taxonomy, "suspects": len(rows)})
    return report


def last_check(ws: Workspace, taxonomy: str) -> Run | None:
    """The newest run that looked through the labels of a taxonomy to its end."""
    return ws.runs.newest_done("clean", ws.taxonomies.get(taxonomy).name)


def correct_labels(
    ws: Workspace, taxonomy: str, actor: str, *, sure: float = SURE, batch: int = MOST
) -> Decided:
    """Correct every waiting label that is wrong with a probability of `sure` or more, as one run.

    Only where a label is proposed instead and no person gave the label. For who asks for it
    outright: undo the run to take all of it back. batch: how many suspects a transaction.
    """
    return decide_all(ws, taxonomy, _corrections(ws, taxonomy, sure, batch), actor)


def _corrections(ws: Workspace, taxonomy: str, sure: float, batch: int) -> Iterator[list[Answer]]:
    """Page by page what may be corrected without asking, the worst first."""
    after: Place | None = None
    while rows := ws.suspects.list(taxonomy, after=after, limit=batch):
        after = (rows[-1].score, rows[-1].facet, rows[-1].asset)
        said = ws.suspects.said(taxonomy, [row.asset for row in rows])
        answers = [
            Answer("correct", row.asset, concept=row.proposed, instead_of=row.given)
            for row in rows
            if row.reason == "unlikely"
            and row.proposed is not None
            and row.score <= 1 - sure
            and all(kind != "person" for kind, _ in said.get((row.asset, row.facet), ()))
        ]
        if answers:
            yield answers


def _facet(
    ws: Workspace,
    taxonomy: Taxonomy,
    labels: FacetLabels,
    now: str,
    progress: Callable[[str, float], None],
) -> tuple[list[SuspectRow], Json]:
    """One facet's suspects that no person has settled, and what is told of the facet."""
    rows, refused, estimate = _contradictions(labels, now), None, None
    data = None
    try:
        if labels.claimed:
            data = facet_data(ws, taxonomy, labels, ws.backbone_version, VIEWS)
            estimate = cleaning.check_labels(data, np.random.default_rng(SEED), progress=progress)
    except InvalidInput as error:
        refused = str(error)
    if data is not None:
        found = () if estimate is None else estimate.suspects
        rows += _with_look_alikes(
            [_row(data, labels, each, now) for each in found], _torn_twins(ws, labels, data, now)
        )
    said = ws.suspects.said(taxonomy.name, [row.asset for row in rows])
    rows = [
        row
        for row in rows
        if not is_settled(labels.facet.kind, row.given, said.get((row.asset, row.facet), ()))
    ]
    return rows, _told(labels, data, estimate, rows, refused)


def _row(data: FacetData, labels: FacetLabels, suspect: cleaning.Suspect, now: str) -> SuspectRow:
    return SuspectRow(
        asset=labels.claimed[suspect.row].asset,
        facet=FacetId(labels.facet.id),
        given=_concept(data, suspect.given),
        proposed=None if suspect.proposed is None else _concept(data, suspect.proposed),
        score=suspect.score,
        found_at=now,
        p_given=suspect.p_given,
        p_proposed=suspect.p_proposed,
        near=tuple((labels.claimed[row].asset, _given(data, row)) for row in suspect.near),
    )


def _contradictions(labels: FacetLabels, now: str) -> list[SuspectRow]:
    """The pictures that were given two labels of which one can be true."""
    return [
        SuspectRow(torn.asset, FacetId(labels.facet.id), given, proposed, 0.0, now, "contradiction")
        for torn in labels.torn_labels
        for given, proposed in [sorted(torn.yes)[:2]]
    ]


def _torn_twins(ws: Workspace, labels: FacetLabels, data: FacetData, now: str) -> list[SuspectRow]:
    """Of look-alikes with different labels, those whose label fewer of them have.

    None where that is usual: there, look-alikes are told apart on purpose, by colour for example.
    """
    if labels.facet.kind != "one":
        return []
    with ws.db.read() as connection:
        group_of = ws.assets.looking_alike(connection)
    groups: dict[str, list[int]] = {}
    for row, claimed in enumerate(labels.claimed):
        if claimed.asset in group_of:
            groups.setdefault(group_of[claimed.asset], []).append(row)
    pairs = [rows for rows in groups.values() if len(rows) > 1]
    torn = [rows for rows in pairs if len({_given(data, row) for row in rows}) > 1]
    if len(torn) > USUAL * len(pairs):
        return []
    return [each for rows in torn for each in _minority(labels, data, rows, now)]


def _minority(
    labels: FacetLabels, data: FacetData, rows: Sequence[int], now: str
) -> Iterator[SuspectRow]:
    counts = Counter(_given(data, row) for row in rows)
    usual = counts.most_common(1)[0][0]
    witness = next(row for row in rows if _given(data, row) == usual)
    for row in rows:
        given = _given(data, row)
        if given != usual:
            yield SuspectRow(
                labels.claimed[row].asset,
                FacetId(labels.facet.id),
                given,
                usual,
                TWIN_SCORE,
                now,
                "look-alike",
                near=((labels.claimed[witness].asset, usual),),
            )


def _with_look_alikes(found: list[SuspectRow], twins: list[SuspectRow]) -> list[SuspectRow]:
    """Suspects by look-alikes first, with what witnesses say of them."""
    heard = {row.asset: row for row in found}
    first = [
        replace(
            row,
            p_given=heard[row.asset].p_given,
            p_proposed=heard[row.asset].p_proposed,
            near=(row.near + heard[row.asset].near)[:3],
        )
        if row.asset in heard
        else row
        for row in twins
    ]
    told = {row.asset for row in twins}
    return first + [row for row in found if row.asset not in told]


def _told(
    labels: FacetLabels,
    data: FacetData | None,
    estimate: cleaning.Check | None,
    rows: Sequence[SuspectRow],
    refused: str | None,
) -> Json:
    """What the report says of one facet."""
    waiting = Counter(row.given for row in rows)
    swaps = Counter((row.given, row.proposed) for row in rows if row.proposed is not None)
    concepts = {} if estimate is None or data is None else estimate.concepts
    return {
        "facet": labels.facet.id,
        "label": labels.facet.label,
        "kind": labels.facet.kind,
        "labels": len(labels.claimed) + len(labels.torn_labels),
        "suspects": len(rows),
        "refused": refused,
        "wrong": None if estimate is None else _figure(estimate.wrong),
        "concepts": [
            {
                "concept": data.tree.nodes[node],
                "labels": wrong.n,
                "suspects": waiting[ConceptId(data.tree.nodes[node])],
                "wrong": _figure(wrong),
            }
            for node, wrong in concepts.items()
            if data is not None and wrong.n
        ],
        "swaps": [
            {"given": given, "proposed": proposed, "count": count}
            for (given, proposed), count in swaps.most_common(SWAPS)
        ],
    }


def _figure(found: Interval) -> Json | None:
    return found.to_json() if found.n else None


def _concept(data: FacetData, node: int) -> ConceptId:
    return data.tree.nodes[node]


def _given(data: FacetData, row: int) -> ConceptId:
    """The concept a picture of a facet of kind `one` is labelled with."""
    return data.tree.nodes[int(data.columns[int(data.targets[row])])]
