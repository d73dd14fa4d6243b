"""REST v10, one file per family of routes.

In: a `Call` (path parameters, query, body, files) on behalf of the bot. Out: JSON, None for 204, or a `Refusal`.
"""
