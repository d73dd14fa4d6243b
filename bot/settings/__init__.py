"""What the operator sets: secrets and addresses in the environment, everything else in the config folder.

`environment` reads ``.env`` and the environment, `shop` reads ``shop.toml`` and ``prices.toml``, `moods` reads
``moods.toml``. Nothing is read at import; every problem is reported at once, with file, key and remedy.
"""
