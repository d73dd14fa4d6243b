"""Discord, Telegram and Stripe on this machine, over the wire, with a page to play buyer and operator.

In: the real client libraries, unmodified, pointed at a loopback port, and people who type, tap and pay. Out: what
the real services answer, refusals included. A world *around* the program, not a double inside it: nothing here
imports the shop, and the shop imports nothing from here (only the command line starts it).
"""
