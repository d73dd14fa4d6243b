"""``python -m bot`` is the same as ``bgm``."""

from bot.cli import main

main()
