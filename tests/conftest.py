"""What tests of every room may ask for."""

from tests.databases import book, clock, database, database_url, jobs, other, postgres, time

__all__ = ["book", "clock", "database", "database_url", "jobs", "other", "postgres", "time"]
