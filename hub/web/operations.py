"""For whoever keeps the hub running: is it alive, and its figures. No word about any home."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from hub.proof.auditor import latest_audit
from hub.web.figures import CONTENT_TYPE
from hub.web.parts import parts

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def health(request: Request) -> JSONResponse:
    """Say whether the database answers; 503 (by the error page for a database that is gone) otherwise."""
    app = parts(request)
    with app.pool.connection(timeout=5) as connection:
        connection.execute("select 1")
    return JSONResponse({"ok": True, "listening": app.live.connected})


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Return the figures as Prometheus reads them, with the latest audit of whichever machine made it."""
    app = parts(request)
    with app.pool.connection(timeout=5) as connection:
        audit = latest_audit(connection)
    if audit is not None:
        now = app.clock.now()
        app.figures.audit_age.set((now - audit["at"]).total_seconds())
        app.figures.audit_well.set(audit["well"])
        app.figures.audit_found.clear()
        for trouble, n in audit["found"].items():
            app.figures.audit_found.labels(trouble).set(n)
        if audit["told_outside_at"] is not None:
            app.figures.told_outside_age.set((now - audit["told_outside_at"]).total_seconds())
    return Response(app.figures.text(), media_type=CONTENT_TYPE)
