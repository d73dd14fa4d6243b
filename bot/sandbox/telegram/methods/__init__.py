"""The methods of the Bot API, by what they are for; each module has a table `METHODS` from name to handler.

In: a `Call` with parameters already read by the schema. Out: the `result` of the answer, or a refusal.
"""
