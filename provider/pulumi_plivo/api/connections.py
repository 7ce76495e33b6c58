"""Connections of `requests` whose sockets keep to the deadline of the try that uses them."""

import socket
import ssl
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager, ProxyManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NewConnectionError
from urllib3.util.connection import allowed_gai_family
from urllib3.util.ssl_ import create_urllib3_context

from pulumi_plivo.api.deadline import BoundedTlsSocket, bounded, seconds_left


class _BoundedConnection(HTTPConnection):
    """Connects before the deadline, to whichever of the host's addresses answers.

    The look-up of the host's name is the system's, and has the system's own time limit.
    """

    def _new_conn(self) -> socket.socket:
        host = self._dns_host
        addresses = self._addresses()
        try:
            while True:
                self._dns_host = addresses.pop(0)
                try:
                    # All addresses share the time that is left: the first must not use up that of the others.
                    self.timeout = seconds_left() / (len(addresses) + 1)
                    return bounded(super()._new_conn())
                except (ConnectTimeoutError, NewConnectionError):
                    if not addresses:
                        raise
        finally:
            self._dns_host = host

    def _addresses(self) -> list[str]:
        try:
            found = socket.getaddrinfo(self._dns_host.strip("[]"), self.port, allowed_gai_family(), socket.SOCK_STREAM)
        except UnicodeError as error:
            raise LocationParseError(self.host) from error
        return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class _BoundedTlsConnection(_BoundedConnection, HTTPSConnection):
    """The same over TLS."""


class _BoundedPool(HTTPConnectionPool):
    ConnectionCls = _BoundedConnection


class _BoundedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedTlsConnection


class BoundedAdapter(HTTPAdapter):
    """What a session sends with, so that a try ends at its deadline.

    Through a SOCKS proxy, or one that is itself spoken to over TLS, only each single read is bounded.
    """

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **options: Any) -> None:
        """Make the manager of the connections."""
        self._tls = _tls()
        super().init_poolmanager(connections, maxsize, block, ssl_context=self._tls, **options)
        _bind(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        """Make the manager of the connections through a proxy."""
        manager = super().proxy_manager_for(proxy, ssl_context=self._tls, **options)
        if isinstance(manager, ProxyManager):
            _bind(manager)
        return manager


def _bind(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _BoundedPool, "https": _BoundedTlsPool}


def _tls() -> ssl.SSLContext:
    context = create_urllib3_context()
    context.sslsocket_class = BoundedTlsSocket
    return context
