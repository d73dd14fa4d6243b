"""What the operator sets: secrets and addresses in the environment, everything else in the config folder.

`environment` reads ``.env`` and the environment, `shop` reads ``shop.toml``, `prices` reads ``prices.toml`` and `moods`
reads ``moods.toml``, all by the means of `files`. Nothing is read at import; every problem is reported at once, with
file, key and remedy.
"""
