"""The Discord doorway.

`client.create_bot` makes the client: it answers commands, buttons, lists, forms and reactions. `doorway` posts and
edits messages for the other rooms, `render` turns screens into embeds and components, `slash` registers the commands,
`wire` points discord.py at another server. No privileged intent is needed, and nothing waits in memory: every control
carries what it means in its custom id.
"""
