"""What the shop learns from its own orders: the digest of the morning, and the figures behind ``/shop stats``.

In come orders, journal and ledger as they are stored; out go figures, pictures of them, and one message a day.
"""
