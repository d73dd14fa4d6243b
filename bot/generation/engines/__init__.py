"""The engines, one package or file each, behind the protocol of `bot.generation.engine`."""
