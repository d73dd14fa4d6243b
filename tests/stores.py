"""An object store, for real: a server that speaks S3 (moto) on loopback, and a bucket for every test."""

from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

ACCESS, SECRET = "key", "secret"


@pytest.fixture(scope="session")
def store_server() -> Iterator[str]:
    """The address of the server."""
    moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"http://{host}:{port}"
    moto.stop()


@pytest.fixture
def media_url(store_server: str, request: pytest.FixtureRequest) -> str:
    """What ``MEDIA_URL`` says of a bucket of the test's own."""
    name = f"kiosk-{abs(hash(request.node.nodeid)) % 10**9}"
    urlopen(Request(f"{store_server}/{name}", method="PUT")).close()
    return f"s3://{name}/shop?endpoint={store_server}"
