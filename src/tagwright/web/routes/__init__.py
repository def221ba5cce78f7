"""Every route, by noun. A new module's router is named in `ROUTERS`."""

from __future__ import annotations

from fastapi import APIRouter

from tagwright.web.routes import assets, classify, jobs, webhooks

ROUTERS: tuple[APIRouter, ...] = (assets.router, classify.router, jobs.router, webhooks.router)
"""Below /api/v1, in the order the documentation shows them."""
