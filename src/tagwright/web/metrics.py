"""Figures read from the database when the collector asks: the same from every process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tagwright.flows.installation import Installation
from tagwright.store.jobs import counts


def collect(installation: Installation) -> bytes:
    """Jobs by kind and status over all workspaces, in Prometheus' text."""
    registry = CollectorRegistry()
    jobs = Gauge("tagwright_jobs", "Jobs by state.", ("kind", "status"), registry=registry)
    for (kind, status), count in counts(installation.db).items():
        jobs.labels(kind, status).set(count)
    return generate_latest(registry)
