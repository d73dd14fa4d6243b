"""An object store, for real: a server that speaks S3 (moto) on loopback, and a bucket for every test."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.request import Request, urlopen

import pytest
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

ACCESS, SECRET = "key", "secret"


class Store:
    """The server. ``received`` counts the files that were put there, by path; ``held`` says that one of those that
    `hold` names waits at the door."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.held = threading.Event()
        self._held_back = ""
        self._lost = threading.Event()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, self, threaded=True, request_handler=MotoRequestHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.address = f"http://127.0.0.1:{self._server.server_port}"

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request (WSGI)."""
        path = str(environ["PATH_INFO"])
        if environ["REQUEST_METHOD"] == "PUT":
            if self._held_back and path.endswith(self._held_back):
                self.held.set()
                self._lost.wait()
                start_response("503 Service Unavailable", [])
                return []
            self.received[path] += 1
        answer: Iterable[bytes] = self._moto(environ, start_response)
        return answer

    def hold(self, ending: str) -> None:
        """Let files whose path ends so wait at the door."""
        self.held.clear()
        self._lost.clear()
        self._held_back = ending

    def lose(self) -> None:
        """Let nobody wait any longer: what was held has not arrived."""
        self._held_back = ""
        self._lost.set()

    def stop(self) -> None:
        """Close the server."""
        self.lose()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="session")
def store_server() -> Iterator[Store]:
    """The server."""
    store = Store()
    yield store
    store.stop()


@pytest.fixture
def media_url(store_server: Store, request: pytest.FixtureRequest) -> str:
    """What ``MEDIA_URL`` says of a bucket of the test's own."""
    name = f"kiosk-{abs(hash(request.node.nodeid)) % 10**9}"
    urlopen(Request(f"{store_server.address}/{name}", method="PUT")).close()
    return f"s3://{name}/shop?endpoint={store_server.address}"
