"""Step 1 of an order: what people may say, written once for every chat.

In comes what a person did (`said`): a command, a press, a filled form. Out goes what they are shown (`said.Answer`): a
screen or a form, which the chat's doorway renders. What the shop can do for them is asked of `services`.
`listen` is the way in; the order dialogue is a table in `dialogue`.
"""
