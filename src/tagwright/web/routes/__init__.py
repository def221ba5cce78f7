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
    session.router,
    workspaces.router,
    people.router,
    keys.router,
    audit.router,
    assets.router,
    search.router,
    taxonomies.router,
    labels.router,
    models.router,
    review.router,
    classify.router,
    jobs.router,
    webhooks.router,
    suspects.router,
)
"""Below /api/v1, in the order the documentation shows them."""
