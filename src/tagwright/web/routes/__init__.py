"""Every route, by noun. A new module's router is named in `ROUTERS`."""

from __future__ import annotations

from fastapi import APIRouter

from tagwright.web.routes import (
    assets,
    audit,
    classify,
    jobs,
    keys,
    labels,
    maps,
    models,
    people,
    review,
    search,
    session,
    suspects,
    taxonomies,
    webhooks,
    workspaces,
)

ROUTERS: tuple[APIRouter, ...] = (
    classify.router,
    assets.router,
    search.router,
    review.router,
    labels.router,
    session.router,
    workspaces.router,
    people.router,
    keys.router,
    audit.router,
    taxonomies.router,
    models.router,
    jobs.router,
    webhooks.router,
    suspects.router,
    maps.router,
)
"""Below /api/v1, the busiest first: a request tries them in turn, a tenth of a millisecond each."""
