"""What tests of every room may ask for."""

import os

# As in the shop's own processes: small matrices are worked out by one thread, so that tests side by side do not wait
# for each other's. Before numpy is imported, which reads it once.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import pytest
from hypothesis import settings

from tests.databases import book, clock, database, database_url, jobs, other, postgres, time
from tests.stores import media_url, store_server

__all__ = [
    "book", "clock", "database", "database_url", "jobs", "media_url", "other", "postgres", "store_server", "time",
]  # fmt: skip

# The same examples every time, however busy the machine; `pytest --hypothesis-profile default` looks for new ones.
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One more than there are cores: a story waits for other processes much of its time."""
    return (os.cpu_count() or 1) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the stories: what takes longest must not be what everybody waits for at the end."""
    items.sort(key=lambda item: not {"stories", "crashes"} & set(item.path.parts))
