"""Telegram's limits. Lengths of texts are UTF-16 units after the markup is read, as Telegram counts."""

TEXT = 4096
CAPTION = 1024
CALLBACK_DATA = 64
ALERT = 200
"""Characters of the little window or line that answers a press."""
BUTTONS = 100
LABEL = 64
"""Telegram names no limit of a label; longer ones cannot be read on a phone."""
ALBUM = 10
UPLOAD = 50_000_000
PHOTO = 10_000_000
DOWNLOAD = 20_000_000
"""The largest file that Telegram hands to a bot, in bytes."""
THUMBNAIL = 320
"""Longest side of a cover, in pixels; it must also stay below 200 kB."""
COMMAND_DESCRIPTION = 256
INVOICE_TITLE = 32
INVOICE_DESCRIPTION = 255
