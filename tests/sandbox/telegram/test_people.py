"""What people do besides writing: blocking, reacting, promoting, migrating, reading the menu."""

from __future__ import annotations

import pytest
from telegram import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat, ReactionTypeEmoji
from telegram.error import BadRequest, ChatMigrated, Forbidden

from bot.sandbox.telegram import ClientRefusal, Person, TelegramWorld
from tests.sandbox.telegram.conftest import Probe, Wire, running


async def test_a_blocked_bot_is_told_and_refused(probe: Probe, buyer: Person) -> None:
    buyer.block()
    update = await probe.until(lambda u: u.my_chat_member)
    assert update.my_chat_member is not None
    assert update.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await probe.bot.send_message(buyer.id, "hello?")
    await buyer.start()
    assert await probe.bot.send_message(buyer.id, "welcome back")


async def test_reactions_reach_an_administrator_only(probe: Probe, world: TelegramWorld, operator: Person) -> None:
    sent = await probe.bot.send_message(world.review_chat_id, "A card")
    await operator.react(world.review_chat_id, sent.message_id, "👍")
    await operator.react(world.review_chat_id, sent.message_id)
    update = await probe.until(lambda u: u.message_reaction and u.message_reaction.old_reaction)
    assert update.message_reaction is not None
    assert (update.message_reaction.old_reaction, update.message_reaction.new_reaction) == (
        (ReactionTypeEmoji("👍"),),
        (),
    )
    world.set_bot(world.review_chat_id, "member")
    await operator.react(world.review_chat_id, sent.message_id, "🔥")
    await operator.write(world.review_chat_id, "between us")
    await operator.write(world.review_chat_id, "/today")
    await probe.until(lambda u: u.message and u.message.text == "/today")
    assert sum(u.message_reaction is not None for u in probe.heard) == 2
    assert all(u.message.text != "between us" for u in probe.heard if u.message)
    with pytest.raises(ClientRefusal, match="not one to react with"):
        await operator.react(world.review_chat_id, sent.message_id, "1️⃣")
    with pytest.raises(BadRequest, match="Reaction_invalid"):
        await probe.bot.set_message_reaction(world.review_chat_id, sent.message_id, "1️⃣")


async def test_reactions_in_a_channel_are_counts(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    post = await probe.bot.send_message(world.channel_id, "A sample")
    assert post.sender_chat is not None
    await buyer.react(world.channel_id, post.message_id, "❤")
    update = await probe.until(lambda u: u.message_reaction_count)
    assert update.message_reaction_count is not None
    assert [count.total_count for count in update.message_reaction_count.reactions] == [1]
    with pytest.raises(ClientRefusal, match="Nobody can write here"):
        await buyer.write(world.channel_id, "nice")
    await world.person(world.operator_id).write(world.channel_id, "More soon")
    assert await probe.until(lambda u: u.channel_post and u.channel_post.text == "More soon")


async def test_a_removed_bot_is_a_stranger(probe: Probe, world: TelegramWorld) -> None:
    world.set_bot(world.review_chat_id, "kicked")
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await probe.bot.send_message(world.review_chat_id, "hello?")
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await probe.bot.get_chat(world.review_chat_id)


async def test_a_group_invites_the_bot(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    group = world.add_group("Friends", buyer.id)
    world.set_bot(group, "member")
    update = await probe.until(lambda u: u.my_chat_member)
    assert update.my_chat_member is not None
    assert (update.my_chat_member.chat.title, update.my_chat_member.from_user.id) == ("Friends", buyer.id)
    assert [member.user.id for member in await probe.bot.get_chat_administrators(group)] == [buyer.id]
    await probe.bot.leave_chat(group)
    with pytest.raises(Forbidden, match="not a member"):
        await probe.bot.send_message(group, "bye")


async def test_a_group_becomes_a_supergroup() -> None:
    world = await TelegramWorld.start(is_basic_group=True)
    try:
        async with running(world) as probe:
            old = world.review_chat_id
            assert (await probe.bot.get_chat(old)).type == "group"
            new = world.migrate(old)
            update = await probe.until(lambda u: u.message and u.message.migrate_to_chat_id)
            assert update.message is not None
            assert (update.message.chat.id, update.message.migrate_to_chat_id) == (old, new)
            with pytest.raises(ChatMigrated) as moved:
                await probe.bot.send_message(old, "still here?")
            assert moved.value.new_chat_id == new
            assert (await probe.bot.get_chat_member(new, world.bot_id)).status == "administrator"
            with pytest.raises(ValueError, match="no basic group"):
                world.migrate(old)
    finally:
        await world.stop()


async def test_the_menu_speaks_the_persons_language(
    probe: Probe, world: TelegramWorld, buyer: Person, operator: Person
) -> None:
    private, desk = BotCommandScopeAllPrivateChats(), BotCommandScopeChat(world.review_chat_id)
    await probe.bot.set_my_commands([BotCommand("bgm", "Order music")], scope=private)
    await probe.bot.set_my_commands([BotCommand("bgm", "음악 주문")], scope=private, language_code="ko")
    await probe.bot.set_my_commands([BotCommand("today", "Figures")], scope=desk)
    assert [c["description"] for c in buyer.commands(buyer.id)] == ["Order music"]
    buyer.set_language("ko")
    assert [c["description"] for c in buyer.commands(buyer.id)] == ["음악 주문"]
    assert [c["command"] for c in operator.commands(world.review_chat_id)] == ["today"]
    assert [c.command for c in await probe.bot.get_my_commands(scope=private)] == ["bgm"]
    await probe.bot.delete_my_commands(scope=private, language_code="ko")
    assert [c["description"] for c in buyer.commands(buyer.id)] == ["Order music"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await probe.bot.set_my_commands([BotCommand("Bgm", "Order")])


async def test_people_edit_forward_and_delete(probe: Probe, world: TelegramWorld, buyer: Person) -> None:
    said = await buyer.write(buyer.id, "calm")
    await buyer.edit(buyer.id, said["message_id"], "tense")
    update = await probe.until(lambda u: u.edited_message)
    assert update.edited_message is not None
    assert update.edited_message.text == "tense"
    sent = await probe.bot.send_document(buyer.id, b"%PDF", filename="licence.pdf")
    forwarded = await buyer.forward(buyer.id, sent.message_id, buyer.id)
    assert forwarded["forward_origin"]["sender_user"]["is_bot"]
    heard = await probe.until(lambda u: u.message and u.message.forward_origin)
    assert heard.message is not None
    assert heard.message.document is not None
    await buyer.delete(buyer.id, said["message_id"])
    assert all(message["message_id"] != said["message_id"] for message in buyer.messages(buyer.id))


async def test_texts_of_the_bot_by_language(wire: Wire) -> None:
    await wire.result("setMyDescription", description="Music in chat")
    await wire.result("setMyDescription", description="채팅으로 주문하는 음악", language_code="ko")
    assert await wire.result("getMyDescription", language_code="ko") == {"description": "채팅으로 주문하는 음악"}
    assert await wire.result("getMyDescription", language_code="de") == {"description": "Music in chat"}
    assert (await wire.refusal("setMyName", name="x" * 65))[0] == 400


async def test_a_deep_link_carries_its_payload(probe: Probe, world: TelegramWorld) -> None:
    await world.person(world.stranger_id).start("yt_autumn")
    update = await probe.until(lambda u: u.message and u.message.text)
    assert update.message is not None
    assert update.message.text == "/start yt_autumn"
