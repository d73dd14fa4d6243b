"""Doorways: the chats people come in through. Only here is a chat library imported.

In comes what the chat's own client makes of a person's doing; it is translated into what `bot.commands.said` knows.
Out goes a screen, rendered as that chat shows things, within that chat's limits.
"""
