"""Every change of the tables since the first version, applied at start by `bot.storage.database.Database.upgrade`."""
