"""The web server of `serve`, in a thread beside whatever else the process does."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI

from flows.addresses import Address
from pipeline.errors import QwenWatchError

_START_LIMIT_S = 20
_CONNECTIONS = 64


@contextmanager
def listening(app: FastAPI, address: Address) -> Iterator[str]:
    """Serve `app` until the block ends; gives the address of its page. Raises QwenWatchError where it cannot listen."""
    opened = _opened(address)
    server = uvicorn.Server(
        uvicorn.Config(
            app, log_level="warning", access_log=False, server_header=False, limit_concurrency=_CONNECTIONS,
            timeout_keep_alive=5, timeout_graceful_shutdown=2, ws="none", lifespan="off",
        )
    )  # fmt: skip
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, name="page", daemon=True)
    thread.start()
    try:
        _wait_for(server, thread)
        yield f"http://{Address(address.host, opened.getsockname()[1])}/"
    finally:
        server.should_exit = True
        thread.join(_START_LIMIT_S)
        opened.close()


def _opened(address: Address) -> socket.socket:
    try:
        [(family, kind, protocol, _, place), *_] = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM
        )
        opened = socket.socket(family, kind, protocol)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(place)
    except OSError as error:
        raise QwenWatchError(
            f"cannot listen on {address}: {error.strerror}; give another address with --listen"
        ) from error
    return opened


def _wait_for(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _START_LIMIT_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise QwenWatchError("the page's web server did not start; try another address with --listen")
        time.sleep(0.01)
