"""What the web role counts about itself. No home and no person is ever a label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures:
    """Counters of one application, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "anju_web_requests_total",
            "Requests by route and answer.",
            ["route", "method", "status"],
            registry=self._registry,
        )
        self.seconds = Histogram(
            "anju_web_request_seconds",
            "Time to answer, by route.",
            ["route"],
            buckets=(0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
            registry=self._registry,
        )
        self.streams = Gauge("anju_web_streams", "Open live lines.", registry=self._registry)
        self.listening = Gauge(
            "anju_web_listening", "Whether news from the database arrive: 1 or 0.", registry=self._registry
        )
        self.sign_in_failures = Counter(
            "anju_web_sign_in_failures_total", "Wrong passwords and unknown logins.", registry=self._registry
        )

        self.audit_age = Gauge(
            "anju_audit_age_seconds",
            "Since somebody last looked whether every alert is on its way to a human.",
            registry=self._registry,
        )
        self.audit_well = Gauge(
            "anju_audit_well", "Whether that last look found nothing stuck: 1 or 0.", registry=self._registry
        )
        self.audit_found = Gauge(
            "anju_audit_found", "What it found stuck, by kind.", ["trouble"], registry=self._registry
        )
        self.told_outside_age = Gauge(
            "anju_heartbeat_age_seconds",
            "Since the watch outside last heard that all is well; absent settings: never.",
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Return all figures as Prometheus reads them."""
        return generate_latest(self._registry)
