"""Hold what the user asks of the server."""

from __future__ import annotations

from ipaddress import ip_address

from msgspec import Struct


class ServerSettings(Struct, frozen=True, kw_only=True):
    """The options of ``serve``.

    Parameters
    ----------
    host, port
        Where to listen; port 0 takes a free one.
    workers
        How many processes answer requests.
    max_bytes
        The most bytes of the body of a request, other than a stream.
    seconds
        The most seconds that a request may take to arrive, or to be answered; in a stream, that pass without progress.
    queue
        How many requests a process answers or keeps waiting at a time; it refuses the others.
    origins
        Web pages of these origins may ask, by CORS; ``*`` stands for all.
    language
        The language of the codes' names, as Annif's API says it.
    uri_prefix
        Precedes a code to make its address; empty for the usual addresses.
    log_requests
        Whether each request is told on stderr, without what was sent.
    debug
        Whether errors show a traceback on stderr.
    """

    host: str = "127.0.0.1"
    port: int = 5000
    workers: int = 1
    max_bytes: int = 10_000_000
    seconds: float = 30.0
    queue: int = 64
    origins: tuple[str, ...] = ()
    language: str = "en"
    uri_prefix: str = ""
    log_requests: bool = False
    debug: bool = False

    @property
    def is_local(self) -> bool:
        """Whether only programs on this machine can connect."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:  # a name
            return False
