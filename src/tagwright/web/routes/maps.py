"""Maps of all pictures: where each stands, how it is coloured, and what a lasso decides.

Maps are drawn by a job of kind `map`.
"""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Query, Response

from tagwright.flows import lasso
from tagwright.flows.map_view import By, read_colours, read_legend, read_map, read_points
from tagwright.web.access import Editing, Reading, Reviewing
from tagwright.web.errors import PROBLEMS
from tagwright.web.schemas.maps import (
    MapAssetsIn,
    MapAssetsOut,
    MapConceptIn,
    MapConceptOut,
    MapDoneOut,
    MapLegendItemOut,
    MapLegendOut,
    MapOut,
    MapSelectIn,
    MapsOut,
)

router = APIRouter(tags=["maps"], responses=PROBLEMS)

MAX_BYTES: Final = 2 * 1024 * 1024
"""A hundred thousand indices are 0.7 MB."""
BYTES: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Little endian: the number of pictures, then one array after another.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
MapId = Annotated[str, Path(max_length=64)]
Taxonomy = Annotated[
    str | None, Query(max_length=500, description="Else the one the map was drawn for.")
]
Facet = Annotated[str | None, Query(max_length=500, description="Else the best tag of any facet.")]
ByQuery = Annotated[By, Query(description="What the colours say.")]


@router.get("/maps")
def list_maps(access: Reading) -> MapsOut:
    """The workspace's maps, newest first; it keeps its newest few."""
    rows = access.ws.maps.all()
    return MapsOut(items=[MapOut.of(read_map(access.ws, row.id)) for row in rows])


@router.get("/maps/{map}")
def show_map(access: Reading, map: MapId, taxonomy: Taxonomy = None) -> MapOut:
    """A map: its clusters with their names, how many are labelled, and what fits nothing."""
    return MapOut.of(read_map(access.ws, map, taxonomy))


@router.get("/maps/{map}/points", response_class=Response, responses=BYTES)
def read_map_points(access: Reading, map: MapId) -> Response:
    """uint32 n; float32 x[n]; float32 y[n]; int32 cluster[n], -1 for none.

    A picture's position is its index on this map. One that the library no longer has keeps its
    index and stands nowhere: x and y are NaN.
    """
    return _bytes(read_points(access.ws, map))


@router.get("/maps/{map}/colours", response_class=Response, responses=BYTES)
def read_map_colours(
    access: Reading, map: MapId, by: ByQuery, taxonomy: Taxonomy = None, facet: Facet = None
) -> Response:
    """uint32 n; then for tag, source and labelled int32 code[n], -1 for none; for probability
    and suspect float32 value[n], NaN for none.
    """
    return _bytes(read_colours(access.ws, map, by, taxonomy, facet))


@router.get("/maps/{map}/legend")
def read_map_legend(
    access: Reading, map: MapId, by: ByQuery, taxonomy: Taxonomy = None, facet: Facet = None
) -> MapLegendOut:
    """What the codes mean, and how many pictures have each."""
    items = read_legend(access.ws, map, by, taxonomy, facet)
    return MapLegendOut(items=[MapLegendItemOut.of(item) for item in items])


@router.post("/maps/{map}/assets")
def find_on_map(access: Reading, map: MapId, asked: MapAssetsIn) -> MapAssetsOut:
    """The pictures at some places, in the order asked."""
    return MapAssetsOut(assets=list(lasso.pictures_at(access.ws, map, asked.indices)))


@router.post("/maps/{map}/select", max_body_size=MAX_BYTES)
def select_on_map(access: Reviewing, map: MapId, asked: MapSelectIn) -> MapDoneOut:
    """Label up to 100,000 pictures, say they are not something, or send them to the front of the
    review queue: one run, which can be undone.

    What another person said otherwise stays.
    """
    assets = lasso.chosen(access.ws, map, asked.indices)
    actor = access.caller.actor
    done = lasso.select(
        access.ws, asked.taxonomy, assets, asked.action, actor, concept=asked.concept
    )
    return MapDoneOut.of(done)


@router.post("/maps/{map}/concept", max_body_size=MAX_BYTES)
def make_concept_on_map(access: Editing, map: MapId, asked: MapConceptIn) -> MapConceptOut:
    """Make a concept of pictures that look alike, and label them with it: one run."""
    if asked.indices is not None:
        assets = lasso.chosen(access.ws, map, asked.indices)
    else:
        assets = lasso.group_on(access.ws, map, group=asked.group, cluster=asked.cluster)
    return MapConceptOut.of(lasso.grow(access.ws, asked.new(), assets, access.caller.actor))


def _bytes(data: bytes) -> Response:
    return Response(data, media_type="application/octet-stream")
