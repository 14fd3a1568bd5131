"""A connection that breaks at the worst moment: the request arrived, the answer does not."""

import socket
import threading
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536


class CuttingProxy:
    """Passes everything on to a port; while ``cuts`` is set, answers are thrown away.

    A connection whose answer is thrown away is closed, as by a phone that leaves the network. The
    answer has come by then, so that what it tells is stored. A context manager.
    """

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.cuts = threading.Event()
        self.cut = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes who waits in accept
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to_port))
            threading.Thread(target=self._requests, args=(near, far), daemon=True).start()
            threading.Thread(target=self._answers, args=(near, far), daemon=True).start()

    def _requests(self, near: socket.socket, far: socket.socket) -> None:
        with near, far:
            while (chunk := _received(near)) and _passed_on(far, chunk):
                pass
            _hang_up(near, far)

    def _answers(self, near: socket.socket, far: socket.socket) -> None:
        while chunk := _received(far):
            if self.cuts.is_set():
                self.cut += 1
                break
            if not _passed_on(near, chunk):
                break
        _hang_up(near, far)


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(CHUNK_BYTES)
    except OSError:
        return b""


def _passed_on(connection: socket.socket, chunk: bytes) -> bool:
    try:
        connection.sendall(chunk)
    except OSError:
        return False
    return True


def _hang_up(*connections: socket.socket) -> None:
    """Both ways, which also wakes the other thread."""
    for connection in connections:
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            continue
