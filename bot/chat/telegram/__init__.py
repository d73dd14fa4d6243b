"""The Telegram doorway.

In come updates, asked for or brought by webhook (`updates`); `ears` hears what each says, `talk` answers it, with
`forms` for what other chats ask in a form. `doorway` posts and edits messages for the other rooms, `posted` remembers
what stands where, `render` turns screens into messages and `keyboard` controls into buttons. `till` takes Stars,
`reactions` are verdicts, `menu` tells Telegram the commands. Everything that must outlive an answer is a note in the
order book; `client.create_telegram_bot` puts it all together.
"""
