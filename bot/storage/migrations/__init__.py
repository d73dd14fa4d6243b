"""Every change of the tables since the first version, applied at start by `bot.storage.database.Database.upgrade`.

A change is a new file in ``versions`` whose ``down_revision`` is the one before, and a new `NEWEST`; a test compares
what the migrations make with `bot.storage.tables`.
"""

NEWEST = "0005"
"""The revision of the last file in ``versions``."""
