"""The story of an order, as rules that import nothing.

In: what a buyer asked for (`brief`), what it costs (`pricing`), and facts from outside (`facts`).
Out: the next state and the work to be done (`flow`). No chat, no payment library, no database here.
"""
