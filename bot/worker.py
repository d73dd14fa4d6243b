"""A worker's process: nothing but composing, on this computer or any other. It loads neither chats nor payments."""

from contextlib import AsyncExitStack

import structlog

from bot.configuration import Config
from bot.running import until_told_to_stop
from bot.settings.environment import Environment
from bot.shop import Core

log = structlog.get_logger(__name__)


async def compose_only(environment: Environment) -> None:
    """Take composing work from the shop's database until SIGINT or SIGTERM.

    :raises BadSetting: naming everything that is missing or wrong.
    """
    core = Core(environment, Config.read(environment.bgm_config))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(core.close)
        await core.open()
        core.music.must_be_loadable()
        runner = core.music.runner({"compose": core.music.composing.compose})
        stack.push_async_callback(runner.stop)
        await runner.start()
        log.info("worker_ready", engine=environment.bgm_engine, processes=core.music.studio.processes)
        await until_told_to_stop()
