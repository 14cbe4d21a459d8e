"""Running the application: a socket, workers around one copy of the data, a stop that lets answers finish."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from twinld.errors import UsageError

if TYPE_CHECKING:
    from flask import Flask


class Source(Protocol):
    """What is served: its application, made anew for new workers, and how it is read again."""

    def app(self) -> Flask:
        """Return the application of what is served now."""

    def reload(self) -> bool:
        """Put new data in place of the old; tell whether that was done."""

    def needs_mending(self) -> bool:
        """Tell, once, that something beside the workers is lost: then a reload starts it anew."""


DEFAULT_PORT = 8000
OTHER_PORTS = 20  # how many further ports are tried where none was asked for
THREADS = 64  # a thread that waits for a query costs nothing; 60 bad queries must leave some for the pages
CONNECTIONS = 10_000  # open ones of a process, most of them idle
SPARE_DESCRIPTORS = 512  # for connections to the query process, files, gunicorn itself
KEEP_ALIVE = 5  # seconds; portals fetch several documents in a row
GRACE = 10  # seconds in which running answers may finish: the deadline of a query


def listen(host: str, port: int | None) -> socket.socket:
    """Return a listening socket; without a port the first free one from 8000 on.

    Raises `UsageError` if the port that was asked for is taken, or the address is not this machine's.
    """
    for candidate in [port] if port is not None else range(DEFAULT_PORT, DEFAULT_PORT + OTHER_PORTS):
        try:
            listener = socket.create_server((host, candidate), family=_family(host), backlog=512)
            # headers and a small body go in two packets; without this the second waits 40 ms for an ACK
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return listener
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise UsageError(f"cannot listen at {host}:{candidate}: {error.strerror}") from error
    taken = port if port is not None else f"{DEFAULT_PORT} to {DEFAULT_PORT + OTHER_PORTS - 1}"
    raise UsageError(f"port {taken} of {host} is taken", hint="choose another one: --port 8080")


def url_of(listener: socket.socket) -> str:
    """Return the URL of a listening socket, with a final slash."""
    host, port = listener.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}/"


def run(
    served: Source, *listeners: socket.socket, workers: int | None = None, ready: Callable[[], None] = lambda: None
) -> None:
    """Serve until SIGTERM or SIGINT; running answers finish first. `ready` is called once signals are heeded.

    SIGHUP reloads the data: new workers are forked around the new ones, the old workers finish and end.
    The data are loaded once, before the workers are forked, and the garbage collector is frozen, so that they stay
    shared. This process is single-threaded when it forks.
    """
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter

    class Master(Arbiter):  # type: ignore[misc]
        def murder_workers(self) -> None:  # called once a second
            super().murder_workers()
            if served.needs_mending():
                self.signal(signal.SIGHUP, None)

    class Server(BaseApplication):  # type: ignore[misc]
        def load_config(self) -> None:
            for name, value in _settings(listeners, workers).items():
                self.cfg.set(name, value)
            self.cfg.set("when_ready", lambda _server: ready())
            self.cfg.set("on_reload", lambda _server: served.reload())

        def load(self) -> Flask:
            return served.app()

        def run(self) -> None:
            Master(self).run()

    _allow_connections()
    gc.collect()
    gc.freeze()
    for each in listeners:
        each.set_inheritable(True)
    Server().run()


def _allow_connections() -> None:
    """Let the processes have as many open connections as the system permits them."""
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + SPARE_DESCRIPTORS
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))


def _settings(listeners: Sequence[socket.socket], workers: int | None) -> dict[str, Any]:
    return {
        "bind": [f"fd://{each.fileno()}" for each in listeners],
        "workers": workers or min(4, os.cpu_count() or 1),
        "worker_class": "twinld.serve.connections.Worker",
        "threads": THREADS,
        "worker_connections": _connections(),
        "keepalive": KEEP_ALIVE,
        "graceful_timeout": GRACE,
        "timeout": 60,
        "proc_name": "twinld",
        "loglevel": "warning",
        "control_socket_disable": True,
        "limit_request_line": 8190,  # a query by GET; longer ones are sent by POST
    }


def _connections() -> int:
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return CONNECTIONS if soft == resource.RLIM_INFINITY else min(CONNECTIONS, soft - SPARE_DESCRIPTORS)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def announce_store(url: str, *, asked: int | None, title: str) -> None:
    """Say on standard error where a project is served whose data are in a store."""
    _say_port(url, asked)
    sys.stderr.write(f"{title}: from its store, at {url}  (Ctrl+C ends)\n")
    sys.stderr.flush()


def _say_port(url: str, asked: int | None) -> None:
    if asked is None and not url.endswith(f":{DEFAULT_PORT}/"):
        sys.stderr.write(f"port {DEFAULT_PORT} is taken, using another\n")


def announce(url: str, *, asked: int | None, title: str, resources: int) -> None:
    """Say on standard error where the project is served, and that another port was taken."""
    _say_port(url, asked)
    sys.stderr.write(f"{title}: {resources} resources at {url}  (Ctrl+C ends)\n")
    sys.stderr.flush()
