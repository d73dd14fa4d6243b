/** What each person sees, kept in step with the event stream. Windows read from here and listen for changes. */
import { get, post } from "./net.js";

const TYPING_MS = 10_000;
const isRead = (seat) => Boolean(seat.isOpen?.());

export class Store extends EventTarget {
  constructor(scene) {
    super();
    this.scene = scene;
    this.seats = Object.fromEntries(scene.people.map((person) => [person.key, newSeat(person)]));
  }

  /** Read the side bars of everybody. */
  async load() {
    await Promise.all(Object.keys(this.seats).map((who) => this.loadChannels(who)));
  }

  async loadChannels(who) {
    const seat = this.seats[who];
    const channels = await get(`/api/${who}/channels`);
    seat.channels = new Map(channels.map((channel) => [channel.id, channel]));
    if (!seat.channels.has(seat.current)) seat.current = this.firstRoom(who);
  }

  /** A message came into a room nobody knew of (a direct message opens with its first message). */
  discover(who) {
    this.loadChannels(who).then(
      () => this.tell("channels", { who }),
      () => {},
    );
  }

  /** The channel a person looks at first: the operator reviews, everybody else stands in the shop. */
  firstRoom(who) {
    const { review, order } = this.scene.rooms;
    const seat = this.seats[who];
    const wish = who === "operator" ? [review, order] : [order];
    return wish.find((id) => seat.channels.has(id)) ?? seat.channels.keys().next().value ?? null;
  }

  async messages(who, channel) {
    const seat = this.seats[who];
    if (!seat.logs.has(channel)) {
      // What happens while a room is being read may not be in what was read: it is kept and done afterwards.
      if (!seat.late.has(channel)) seat.late.set(channel, []);
      const found = await get(`/api/${who}/messages/${channel}`);
      if (!seat.logs.has(channel)) {
        seat.logs.set(channel, found);
        seat.late.get(channel)?.forEach((change) => change());
      }
      seat.late.delete(channel);
    }
    return seat.logs.get(channel);
  }

  async commands(who, channel) {
    const seat = this.seats[who];
    seat.commands[channel] ??= get(`/api/${who}/commands/${channel}`).catch(() => {
      delete seat.commands[channel];
      return [];
    });
    return seat.commands[channel];
  }

  /** Forget everything read so far (the stream had a gap, or the language changed) and read again. */
  async refresh() {
    for (const seat of Object.values(this.seats)) {
      seat.logs.clear();
      seat.commands = {};
    }
    this.scene = await get("/api/scene");
    await this.load();
    this.tell("refreshed", {});
  }

  enter(who, channel) {
    const seat = this.seats[who];
    seat.current = channel;
    this.markRead(who, channel);
    this.tell("entered", { who, channel });
  }

  markRead(who, channel) {
    if (this.seats[who].unread.delete(channel)) this.tell("unread", { who });
  }

  unreadOf(who) {
    return [...this.seats[who].unread.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Names by id, for mentions and typing. */
  nameOf(id) {
    if (id === this.scene.bot.id) return this.scene.bot.name;
    return this.scene.people.find((person) => person.id === id)?.name ?? null;
  }

  keyOf(id) {
    return this.scene.people.find((person) => person.id === id)?.key ?? null;
  }

  apply(event) {
    if (!event.who) {
      if (event.kind === "guide") this.scene.guide = event.data;
      if (event.kind === "weather") this.scene.weather = event.data;
      this.tell(event.kind, event.data);
      return;
    }
    const handler = HANDLERS[event.kind];
    if (handler) handler.call(this, event.who, event.channel_id, event.data);
    else this.tell(event.kind, { who: event.who, channel: event.channel_id, data: event.data });
  }

  tell(kind, detail) {
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

function newSeat(person) {
  return {
    ...person,
    channels: new Map(),
    logs: new Map(),
    late: new Map(),
    commands: {},
    unread: new Map(),
    typing: new Map(),
    current: null,
  };
}

const HANDLERS = {
  message_create(who, channel, message) {
    const seat = this.seats[who];
    if (!seat.channels.has(channel)) this.discover(who);
    seat.typing.get(channel)?.delete(message.author.id);
    place(seat, channel, message);
    const isMine = message.author.id === seat.id;
    const isSeen = isRead(seat) && seat.current === channel;
    if (!isMine && !isSeen) seat.unread.set(channel, (seat.unread.get(channel) ?? 0) + 1);
    this.tell("message", { who, channel, message, isNew: true });
    this.tell("typing", { who, channel });
    if (!isMine && !isSeen) this.tell("unread", { who });
  },
  message_update(who, channel, message) {
    place(this.seats[who], channel, message);
    this.tell("message", { who, channel, message, isNew: false });
  },
  message_delete(who, channel, { id }) {
    remove(this.seats[who], channel, id);
    this.tell("gone", { who, channel, id });
  },
  reaction_add(who, channel, data) {
    HANDLERS.message_update.call(this, who, channel, data.message);
  },
  reaction_remove(who, channel, data) {
    HANDLERS.message_update.call(this, who, channel, data.message);
  },
  typing(who, channel, { user_id: user }) {
    const seat = this.seats[who];
    if (user === seat.id) return;
    const typing = seat.typing.get(channel) ?? new Map();
    seat.typing.set(channel, typing);
    clearTimeout(typing.get(user));
    typing.set(
      user,
      setTimeout(() => {
        typing.delete(user);
        this.tell("typing", { who, channel });
      }, TYPING_MS),
    );
    this.tell("typing", { who, channel });
  },
  channel_create(who, _, channel) {
    this.seats[who].channels.set(channel.id, channel);
    this.tell("channels", { who });
  },
  channel_update(who, _, channel) {
    this.seats[who].channels.set(channel.id, channel);
    this.tell("channels", { who });
  },
  channel_delete(who, _, { id }) {
    const seat = this.seats[who];
    seat.channels.delete(id);
    seat.unread.delete(id);
    seat.logs.delete(id);
    if (seat.current === id) this.enter(who, this.firstRoom(who));
    this.tell("channels", { who });
  },
  commands_changed(who) {
    this.seats[who].commands = {};
    this.tell("commands", { who });
  },
};

/** Put a message where its id says; ids are snowflakes, so the order of ids is the order of time. */
function place(seat, channel, message) {
  const log = seat.logs.get(channel);
  if (!log) {
    seat.late.get(channel)?.push(() => place(seat, channel, message));
    return;
  }
  const at = log.findIndex((known) => known.id === message.id);
  if (at >= 0) log[at] = message;
  else {
    const before = log.findLastIndex((known) => BigInt(known.id) < BigInt(message.id));
    log.splice(before + 1, 0, message);
  }
}

/** Take a message out, now or as soon as its room has been read. */
function remove(seat, channel, id) {
  const log = seat.logs.get(channel);
  if (!log) {
    seat.late.get(channel)?.push(() => remove(seat, channel, id));
    return;
  }
  const at = log.findIndex((known) => known.id === id);
  if (at >= 0) log.splice(at, 1);
}

/** Tell the server that the person is typing, at most every five seconds. */
export function typingSignal(who) {
  let last = 0;
  return (channel) => {
    if (Date.now() - last < 5000) return;
    last = Date.now();
    post(`/api/${who}/typing`, { channel }).catch(() => {});
  };
}
