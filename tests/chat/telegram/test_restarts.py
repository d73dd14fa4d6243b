"""A conversation cut by a restart at each step: everything that was said counts, and the next thing said is heard."""

from tests.chat.telegram.conftest import Scene, datas, words


async def test_every_step_of_an_order_survives_a_restart(scene: Scene) -> None:
    await scene.buyer.start()
    async with scene.bot():
        await scene.press(await scene.says("Welcome"), "Order music")
        question = await scene.says("How should it feel")
    async with scene.bot():
        await scene.press(question, "Calm")
        question = await scene.says("How long")
    async with scene.bot():
        await scene.press(question, "Another length")
        await scene.says("as a message: Length")
    await scene.buyer.write(scene.buyer.id, "1:15")  # written while the shop was closed
    async with scene.bot():
        question = await scene.says("What do you need")
    async with scene.bot():
        await scene.press(question, "YouTube")
        question = await scene.says("Anything else")
    async with scene.bot():
        await scene.press(question, "Describe it")
        await scene.says("Your wishes")
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "rain on a window")
        form = await scene.says("Your wishes[^$]*rain on a window")
    async with scene.bot():
        await scene.press(form, "Done")
        summary = await scene.says("Your order")
    async with scene.bot():
        assert "1:15" in words(summary)
        await scene.press(summary, datas(summary, "place")[0])
        await scene.says("Composing starts the moment")
    (order,) = await scene.orders()
    assert (order.brief.seconds, order.brief.details) == (75, "rain on a window")


async def test_an_answered_update_is_not_answered_again(scene: Scene) -> None:
    """Telegram repeats what was not confirmed; here the shop dies between its answer and the confirmation."""
    await scene.buyer.start()
    async with scene.bot():
        await scene.says("Welcome")
    scene.world.mailbox.confirmed = 0 if hasattr(scene.world.mailbox, "confirmed") else 0
    async with scene.bot():
        await scene.buyer.write(scene.buyer.id, "/help")
        await scene.says("music made for you")
    greeted = [one for one in scene.buyer.messages(scene.buyer.id) if "Welcome" in words(one)]
    assert len(greeted) == 1
