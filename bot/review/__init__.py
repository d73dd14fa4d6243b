"""Step 4 of an order: the operator listens and decides.

In comes an order whose takes are ready; out goes one card per round (`card`, posted and kept up to date by `desk`), and
from every verdict given on it, by reaction or button, the one fact that counts (`verdicts`). What was decided while
the program was off is read back by `catch_up`.
"""
