"""Figures read when the collector asks: of the database, the same from every process, and of the
networks that this one has loaded.
"""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Gauge, generate_latest

from tagwright.flows.installation import Installation
from tagwright.store.jobs import counts


def collect(installation: Installation) -> bytes:
    """Jobs of all workspaces, and networks in memory, in Prometheus' text."""
    registry = CollectorRegistry()
    jobs = Gauge("tagwright_jobs", "Jobs by state.", ("kind", "status"), registry=registry)
    for (kind, status), count in counts(installation.db).items():
        jobs.labels(kind, status).set(count)
    told = "Memory that a loaded network takes, at most."
    names = ("network", "device")
    networks = Gauge("tagwright_network_bytes", told, names, registry=registry)
    for each in installation.home.loaded.all():
        networks.labels(each.version, each.device).set(each.size)
    return generate_latest(registry)
