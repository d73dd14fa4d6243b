"""Gateway v10: sessions that outlive their connection, so that a RESUME replays what was missed.

In: IDENTIFY, RESUME, HEARTBEAT from a client. Out: HELLO, READY, GUILD_CREATE and every event the session's
intents cover, numbered. Opcodes and close codes:
https://discord.com/developers/docs/topics/opcodes-and-status-codes#gateway
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import time
import zlib
from collections import deque
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from bot.sandbox.discord.payloads import guild_create_json, member_json, ready_json
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import Json

ACK_AFTER = 0.005
"""Seconds before a heartbeat is acknowledged."""

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 7, 9, 10, 11
CHUNK_MEMBERS, PRESENCE, VOICE_STATE = 8, 3, 4
MOST_FRAMES = 120
PRIVILEGED = 1 << 1 | 1 << 8 | 1 << 15
EVERY_INTENT = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


class Connection:
    """One web socket: encodes frames (plain JSON or one zlib stream) and writes them in order."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, compressed: bool) -> None:
        self.request = request
        self.socket = socket
        self.session: Session | None = None
        self._deflate = zlib.compressobj() if compressed else None
        self._outgoing: asyncio.Queue[Json] = asyncio.Queue()
        self._received: deque[float] = deque(maxlen=MOST_FRAMES + 1)

    def hurries(self) -> bool:
        """Count a frame of the client; return whether it sent more than 120 within a minute."""
        now = time.monotonic()
        self._received.append(now)
        return len(self._received) > MOST_FRAMES and now - self._received[0] < 60.0

    def send(self, op: int, data: Any = None, seq: int | None = None, name: str | None = None) -> None:
        """Queue one frame."""
        self._outgoing.put_nowait({"op": op, "d": data, "s": seq, "t": name})

    async def write_forever(self) -> None:
        """Write queued frames until cancelled or the peer is gone."""
        while True:
            frame = await self._outgoing.get()
            try:
                await self._write(json.dumps(frame))
            except (ConnectionError, RuntimeError):
                return

    async def _write(self, text: str) -> None:
        if self._deflate is None:
            await self.socket.send_str(text)
        else:
            raw = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
            await self.socket.send_bytes(raw)

    async def drain(self) -> None:
        """Write what is queued now (before a polite close)."""
        while not self._outgoing.empty():
            await self._write(json.dumps(self._outgoing.get_nowait()))

    async def close(self, code: int, reason: str = "") -> None:
        """Close with a code."""
        with contextlib.suppress(ConnectionError, RuntimeError):
            await self.socket.close(code=code, message=reason.encode())


class Session:
    """What survives a lost connection: identity, intents, numbering, the last events."""

    def __init__(self, intents: int, shard: tuple[int, int] | None, replay_length: int) -> None:
        self.id = secrets.token_hex(16)
        self.intents = intents
        self.shard = shard
        self.sequence = 0
        self.connection: Connection | None = None
        self.left_at: float | None = None
        self._sent: deque[tuple[int, str, Json]] = deque(maxlen=replay_length)

    def push(self, name: str, data: Json) -> None:
        """Number an event, keep it for a resume, and send it if anyone is connected."""
        self.sequence += 1
        self._sent.append((self.sequence, name, data))
        if self.connection is not None:
            self.connection.send(DISPATCH, data, self.sequence, name)

    def replay(self, after: int) -> None:
        """Send again everything numbered above `after`."""
        if self.connection is None:
            return
        for sequence, name, data in self._sent:
            if sequence > after:
                self.connection.send(DISPATCH, data, sequence, name)

    def holds(self, after: int) -> bool:
        """Return whether nothing numbered above `after` has been forgotten."""
        oldest = self._sent[0][0] if self._sent else self.sequence + 1
        return 0 <= after <= self.sequence and oldest <= after + 1

    def concerns(self, guild_id: int | None) -> bool:
        """Return whether a guild's events (None: direct ones) go to this shard."""
        if self.shard is None:
            return True
        return ((guild_id or 0) >> 22) % self.shard[1] == self.shard[0]


class Hub:
    """All gateway sessions of the world."""

    def __init__(self, realm: Realm, token: str) -> None:
        self.realm = realm
        self.token = token
        self.resume_url = ""
        self.sessions: dict[str, Session] = {}
        self.connections: set[Connection] = set()
        self.refusals_left = 0
        """RESUMEs still to be refused on demand."""
        self.refusing = False
        """True while the world is down: connections are answered 503."""
        self.connected = asyncio.Event()
        """Set while at least one session is connected."""

    def dispatch(self, name: str, data: Callable[[int], Json], intent: int, guild_id: int | None) -> None:
        """Send an event to every session of the right shard whose intents cover it (0: no intent needed)."""
        now = time.monotonic()
        for session in list(self.sessions.values()):
            if session.left_at is not None and now - session.left_at > self.realm.rules.resume_within:
                del self.sessions[session.id]
            elif session.concerns(guild_id) and (not intent or session.intents & intent):
                session.push(name, data(session.intents))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve one gateway connection."""
        if self.refusing:
            return web.Response(status=503, text="upstream connect error")
        socket = web.WebSocketResponse(max_msg_size=64 * 1024, timeout=1.0)
        await socket.prepare(request)
        connection = Connection(request, socket, request.query.get("compress") == "zlib-stream")
        self.connections.add(connection)
        writer = asyncio.create_task(connection.write_forever())
        if request.query.get("v", "10") != "10":
            await connection.close(4012, "Invalid API version.")
        try:
            await self._converse(connection)
        finally:
            writer.cancel()
            self._detach(connection)
        return socket

    async def _converse(self, connection: Connection) -> None:
        interval = int(self.realm.rules.heartbeat_interval * 1000)
        connection.send(HELLO, {"heartbeat_interval": interval, "_trace": ["sandbox"]})
        patience = self.realm.rules.heartbeat_interval * 2
        while not connection.socket.closed:
            try:
                frame = await connection.socket.receive(timeout=patience)
            except TimeoutError:
                await connection.close(4009, "Session timed out.")
                return
            if frame.type is not WSMsgType.TEXT:
                return
            if connection.hurries():
                await connection.close(4008, "Rate limited.")
                return
            try:
                message = json.loads(frame.data)
                op = message["op"]
            except (ValueError, TypeError, KeyError):
                await connection.close(4002, "Error while decoding payload.")
                return
            await self._act(connection, op, message.get("d"))

    async def _act(self, connection: Connection, op: object, data: Any) -> None:
        if op == HEARTBEAT:
            # No network is quicker than this, and clients rely on it: discord.py notes when it sent only afterwards.
            asyncio.get_running_loop().call_later(ACK_AFTER, connection.send, ACK)
        elif op == IDENTIFY:
            await self._identify(connection, data)
        elif op == RESUME:
            await self._resume(connection, data)
        elif connection.session is None:
            await connection.close(4003, "Not authenticated.")
        elif op == CHUNK_MEMBERS:
            self._chunk(connection.session, data)
        elif op not in (PRESENCE, VOICE_STATE):
            await connection.close(4001, "Unknown opcode.")

    async def _identify(self, connection: Connection, data: Json) -> None:
        if connection.session is not None:
            await connection.close(4005, "Already authenticated.")
            return
        shard = data.get("shard")
        intents = data.get("intents")
        if data.get("token", "").removeprefix("Bot ") != self.token:
            await connection.close(4004, "Authentication failed.")
        elif shard is not None and not (len(shard) == 2 and 0 <= shard[0] < shard[1]):
            await connection.close(4010, "Invalid shard.")
        elif not isinstance(intents, int) or intents & ~EVERY_INTENT:
            await connection.close(4013, "Invalid intent(s).")
        elif intents & PRIVILEGED & ~self.realm.rules.privileged_intents:
            await connection.close(4014, "Disallowed intent(s).")
        else:
            self._begin(connection, intents, (shard[0], shard[1]) if shard else None)

    def _begin(self, connection: Connection, intents: int, shard: tuple[int, int] | None) -> None:
        session = Session(intents, shard, self.realm.rules.replay_length)
        self.sessions[session.id] = session
        self._attach(session, connection)
        session.push("READY", ready_json(self.realm, session.id, self.resume_url, shard))
        for guild in self.realm.guilds.values():
            if session.concerns(guild.id) and intents & 1:
                with_members = bool(intents & 1 << 1)
                session.push("GUILD_CREATE", guild_create_json(self.realm, guild, with_members))

    async def _resume(self, connection: Connection, data: Json) -> None:
        if data.get("token", "").removeprefix("Bot ") != self.token:
            await connection.close(4004, "Authentication failed.")
            return
        session = self.sessions.get(data.get("session_id", ""))
        seq = data.get("seq")
        if self.refusals_left > 0:
            self.refusals_left -= 1
            if session is not None:
                del self.sessions[session.id]
            session = None
        if session is None or not isinstance(seq, int) or not session.holds(seq):
            connection.send(INVALID_SESSION, False)
            return
        if session.connection is not None:
            await session.connection.close(4000, "Replaced by a resumed connection.")
        self._attach(session, connection)
        session.replay(seq)
        session.push("RESUMED", {"_trace": ["sandbox"]})

    def _attach(self, session: Session, connection: Connection) -> None:
        connection.session = session
        session.connection = connection
        session.left_at = None
        self.connected.set()

    def _detach(self, connection: Connection) -> None:
        self.connections.discard(connection)
        session = connection.session
        if session is not None and session.connection is connection:
            session.connection = None
            session.left_at = time.monotonic()
            if connection.socket.close_code in (1000, 1001):
                self.sessions.pop(session.id, None)
        if not any(s.connection for s in self.sessions.values()):
            self.connected.clear()

    def _chunk(self, session: Session, data: Json) -> None:
        """Answer REQUEST_GUILD_MEMBERS: by id always, a whole guild only with the members intent."""
        guild = self.realm.guilds.get(int(data.get("guild_id", 0)))
        if guild is None:
            return
        wanted = data.get("user_ids")
        wanted = [wanted] if isinstance(wanted, str | int) else wanted
        ids = {int(user_id) for user_id in wanted} if wanted else None
        if ids is None and not session.intents & 1 << 1:
            return
        members = [m for m in guild.members.values() if ids is None or m.user_id in ids]
        body: Json = {
            "guild_id": str(guild.id),
            "members": [member_json(self.realm, member) for member in members],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": [str(i) for i in (ids or ()) if i not in guild.members],
        }
        session.push("GUILD_MEMBERS_CHUNK", body | ({"nonce": data["nonce"]} if "nonce" in data else {}))

    # On demand

    async def drop(self, resumable: bool, notice: bool) -> None:
        """Cut every connection; with `notice` after a RECONNECT. Not resumable: forget the sessions too."""
        if not resumable:
            self.sessions.clear()
        for connection in list(self.connections):
            if notice:
                connection.send(RECONNECT)
            elif connection.request.transport is not None:
                connection.request.transport.abort()

    async def close(self) -> None:
        """Close every connection for good."""
        for connection in list(self.connections):
            await connection.close(1001, "Going away")
