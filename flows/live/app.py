"""The web application of `serve`: page, API and health over one data directory; it writes nothing."""

from __future__ import annotations

import datetime as dt
import threading
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from flows.clock import Clock
from flows.live.api import router
from flows.live.health import Health, Verdict, health_of
from flows.live.security import SecurityHeaders
from flows.reporting import report_page
from pipeline.errors import UnknownNameError, WarehouseError
from warehouse import Published

DESCRIPTION = """What Qwen Watch holds, read-only, from the published copy. Every answer carries the copy's mark as its
ETag; a request with `If-None-Match` is answered with 304 until something changes."""


def create_app(data_dir: Path, clock: Clock, *, hosts: list[str], stale_after: dt.timedelta) -> FastAPI:
    """The application over the published copy in `data_dir`, for requests whose Host header is one of `hosts`."""
    # The usual pages of documentation load scripts from elsewhere.
    app = FastAPI(
        title="Qwen Watch", description=DESCRIPTION, version=_version(), docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json",
    )  # fmt: skip
    published = Published(data_dir)
    newest = NewestPage(data_dir, published, clock)
    app.include_router(router(published))

    @app.get("/", response_class=HTMLResponse)
    def page() -> HTMLResponse:
        """The report of the moment."""
        return HTMLResponse(newest.html(), headers={"Cache-Control": "no-cache"})

    @app.get("/health", response_model=Health, responses={503: {"model": Health}})
    def health(response: Response) -> Health:
        """Alive and well, or 503 with what is wrong."""
        found = health_of(published, clock(), stale_after)
        response.status_code = 200 if found.status is Verdict.OK else 503
        response.headers["Cache-Control"] = "no-store"
        return found

    @app.exception_handler(UnknownNameError)
    def unknown(_: Request, error: UnknownNameError) -> JSONResponse:
        return JSONResponse({"detail": str(error), "nearest": error.nearest}, status_code=404)

    @app.exception_handler(WarehouseError)
    def unreadable(_: Request, error: WarehouseError) -> JSONResponse:
        return JSONResponse({"detail": str(error)}, status_code=503)

    app.add_middleware(TrustedHostMiddleware, allowed_hosts=hosts, www_redirect=False)
    app.add_middleware(SecurityHeaders)
    return app


class NewestPage:
    """The report of the published copy, drawn once for each state of it."""

    def __init__(self, data_dir: Path, published: Published, clock: Clock) -> None:
        self._data_dir, self._published, self._clock = data_dir, published, clock
        self._drawing = threading.Lock()
        self._drawn: tuple[str, str] | None = None

    def html(self) -> str:
        """The page. Raises WarehouseError when nothing is published."""
        with self._drawing:
            token = self._published.token()
            if self._drawn is None or self._drawn[0] != token:
                self._drawn = token, report_page(self._data_dir, self._clock())
            return self._drawn[1]


def _version() -> str:
    try:
        return version("qwen-watch")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0"
