"""The sandbox's page in a real browser, with a small real discord.py bot behind it."""
