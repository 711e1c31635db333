"""The embedded Prefect server's own process: `python -m flows.server_process PORT`.

It says its port on standard output at once and `ready` once it answers, and it ends when its standard input
closes. So it dies with the process that started it, however that one dies; Prefect's own ephemeral server
stays behind after a kill -9.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from typing import Any

GRACE_SECONDS = 10.0


def main() -> None:
    listener = _listen(int(sys.argv[1]))
    print(listener.getsockname()[1], flush=True)
    running: list[Any] = []
    threading.Thread(target=_end_with_parent, args=(running,), daemon=True).start()

    import uvicorn
    from prefect.server.api.server import create_app

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            print("ready", flush=True)

    server = Server(uvicorn.Config(create_app(), log_level="error", lifespan="on"))
    running.append(server)
    server.run(sockets=[listener])
    os._exit(0)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port), backlog=128)
    except OSError:  # somebody else's port: any free one serves as well
        return socket.create_server(("127.0.0.1", 0), backlog=128)


def _end_with_parent(running: list[Any]) -> None:
    sys.stdin.buffer.read()
    if not running:  # still starting: nothing to end in good order
        os._exit(0)
    running[0].should_exit = True
    # A graceful end waits for open connections; whoever held them may be gone for good.
    threading.Timer(GRACE_SECONDS, os._exit, (0,)).start()


if __name__ == "__main__":
    main()
