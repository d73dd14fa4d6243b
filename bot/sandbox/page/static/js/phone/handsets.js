/** What each person's phone holds, kept in step with the event stream. Phones read from here and listen for changes. */
import { get } from "../net.js";

const ACTION_MS = 5000;

export class Handsets extends EventTarget {
  /** @param {import("../store.js").Store} store which passes on what happens on phones, kinds beginning with `phone_` */
  constructor(store) {
    super();
    this.store = store;
    this.seats = Object.fromEntries(store.scene.telegram.people.map((person) => [person.key, newSeat(person)]));
    this.seats.operator.current = store.scene.telegram.review;
    for (const [kind, handler] of Object.entries(HANDLERS)) {
      store.addEventListener(`phone_${kind}`, ({ detail: { who, channel, data } }) =>
        handler.call(this, this.seats[who], Number(channel), data),
      );
    }
    store.addEventListener("refreshed", () => this.refresh().catch(() => {}));
  }

  /** Read everybody's chats. */
  async load() {
    await Promise.all(Object.values(this.seats).map((seat) => this.loadChats(seat)));
  }

  async loadChats(seat) {
    // What is said while the chats are being read may not be in what was read: it is kept and put on top afterwards.
    const said = [];
    seat.readers.add(said);
    const { chats, stars } = await get(`/api/phone/${seat.key}/chats`).finally(() => seat.readers.delete(said));
    seat.chats = new Map(chats.map((chat) => [chat.id, chat]));
    for (const message of said) showLast(seat, message.chat.id, message);
    seat.stars = stars;
    if (seat.current !== null && !seat.chats.has(seat.current)) seat.current = null;
    this.tell("chats", { who: seat.key });
  }

  /** Forget everything read so far and read again. */
  async refresh() {
    for (const seat of Object.values(this.seats)) {
      seat.logs.clear();
      seat.menus = {};
    }
    await this.load();
    this.tell("refreshed", {});
  }

  async messages(seat, chat) {
    if (!seat.logs.has(chat)) {
      // What happens while a chat is being read may not be in what was read: it is kept and done afterwards.
      if (!seat.late.has(chat)) seat.late.set(chat, []);
      const found = await get(`/api/phone/${seat.key}/messages/${chat}`);
      if (!seat.logs.has(chat)) {
        seat.logs.set(chat, found);
        seat.late.get(chat)?.forEach((change) => change());
      }
      seat.late.delete(chat);
    }
    return seat.logs.get(chat);
  }

  commands(seat, chat) {
    seat.menus[chat] ??= get(`/api/phone/${seat.key}/commands/${chat}`).catch(() => {
      delete seat.menus[chat];
      return [];
    });
    return seat.menus[chat];
  }

  enter(seat, chat) {
    seat.current = chat;
    if (chat !== null) this.markRead(seat, chat);
    this.tell("entered", { who: seat.key });
  }

  markRead(seat, chat) {
    if (seat.unread.delete(chat)) this.tell("unread", { who: seat.key });
  }

  unreadOf(who) {
    return [...this.seats[who].unread.values()].reduce((sum, count) => sum + count, 0);
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

function newSeat(person) {
  return {
    ...person,
    chats: new Map(),
    logs: new Map(),
    late: new Map(),
    readers: new Set(),
    unread: new Map(),
    actions: new Map(),
    menus: {},
    stars: 0,
    current: person.id,
  };
}

const HANDLERS = {
  message(seat, chat, message) {
    clearAction(seat, chat);
    place(seat, chat, message);
    showLast(seat, chat, message);
    seat.readers.forEach((said) => said.push(message));
    const isSeen = Boolean(seat.isOpen?.()) && seat.current === chat;
    if (!message.is_mine && !isSeen) seat.unread.set(chat, (seat.unread.get(chat) ?? 0) + 1);
    this.tell("message", { who: seat.key, chat, message, isNew: true });
    this.tell("chats", { who: seat.key });
    if (!message.is_mine && !isSeen) this.tell("unread", { who: seat.key });
  },
  edited(seat, chat, message) {
    place(seat, chat, message);
    const known = seat.chats.get(chat);
    if (known?.last?.message_id === message.message_id) known.last = message;
    this.tell("message", { who: seat.key, chat, message, isNew: false });
    this.tell("chats", { who: seat.key });
  },
  deleted(seat, chat, { message_id: id }) {
    const remove = () => {
      const log = seat.logs.get(chat);
      const at = log.findIndex((known) => known.message_id === id);
      if (at >= 0) log.splice(at, 1);
      const known = seat.chats.get(chat);
      if (known) known.last = log.at(-1) ?? null;
    };
    if (seat.logs.has(chat)) remove();
    else seat.late.get(chat)?.push(remove);
    this.tell("gone", { who: seat.key, chat, id });
    this.tell("chats", { who: seat.key });
  },
  action(seat, chat, { action }) {
    clearAction(seat, chat);
    const timer = setTimeout(() => {
      seat.actions.delete(chat);
      this.tell("action", { who: seat.key, chat });
    }, ACTION_MS);
    seat.actions.set(chat, { action, timer });
    this.tell("action", { who: seat.key, chat });
  },
  chat(seat) {
    this.loadChats(seat).then(
      () => this.tell("entered", { who: seat.key }),
      () => {},
    );
  },
  menu(seat) {
    seat.menus = {};
    this.tell("menu", { who: seat.key });
  },
  balance(seat, _, { stars }) {
    seat.stars = stars;
    this.tell("balance", { who: seat.key });
  },
};

function showLast(seat, chat, message) {
  const known = seat.chats.get(chat);
  if (known && (known.last?.message_id ?? 0) < message.message_id) known.last = message;
}

function clearAction(seat, chat) {
  clearTimeout(seat.actions.get(chat)?.timer);
  seat.actions.delete(chat);
}

/** Put a message where its id says, now or as soon as its chat has been read. */
function place(seat, chat, message) {
  const log = seat.logs.get(chat);
  if (!log) {
    seat.late.get(chat)?.push(() => place(seat, chat, message));
    return;
  }
  const at = log.findIndex((known) => known.message_id === message.message_id);
  if (at >= 0) log[at] = message;
  else log.splice(log.findLastIndex((known) => known.message_id < message.message_id) + 1, 0, message);
}
