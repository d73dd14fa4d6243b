"""Interactions: from a person's act to the application's answer, with the deadlines of both.

In: what a person did (`begin`), what the application answers (callback, follow-ups, edits of the original).
Out: INTERACTION_CREATE on the gateway, messages and modals for the person. Rules:
https://discord.com/developers/docs/interactions/receiving-and-responding
"""

from __future__ import annotations

import asyncio
import secrets
import time
from dataclasses import dataclass, field

from bot.sandbox.discord.client import EventKind, Interaction, InteractionState, Json, Modal
from bot.sandbox.discord.forms.components import number_components
from bot.sandbox.discord.forms.messages import EPHEMERAL, check_autocomplete, check_modal
from bot.sandbox.discord.forms.problems import Problems
from bot.sandbox.discord.gateway import Hub
from bot.sandbox.discord.interaction_payloads import callback_json, interaction_json
from bot.sandbox.discord.message_payloads import MessageDrawing
from bot.sandbox.discord.payloads import user_json
from bot.sandbox.discord.postbox import LOADING, Draft, Postbox
from bot.sandbox.discord.realm import Realm
from bot.sandbox.discord.records import COMMAND_ANSWER, DEFAULT, Message, Upload
from bot.sandbox.discord.refusals import refusal
from bot.sandbox.discord.screens import Screens

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFER_MESSAGE, DEFER_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9
NAMES = {COMMAND: "command", COMPONENT: "component", AUTOCOMPLETE: "autocomplete", MODAL_SUBMIT: "modal"}
NO_ANSWER = "The application did not respond"


@dataclass(eq=False, slots=True)
class Pending:
    """One interaction as the server keeps it for the life of its token."""

    id: int
    token: str
    kind: int
    user_id: int
    channel_id: int
    data: Json
    shown: Interaction
    """The same interaction as its person sees it."""
    command_name: str | None = None
    source: Message | None = None
    """The message whose component was used (or that led to the submitted modal)."""
    focused_kind: int = 3
    """Type of the option being autocompleted."""
    born: float = field(default_factory=time.monotonic)
    answered_with: int | None = None
    original: Message | None = None
    triggering: Json | None = None
    """Metadata of the interaction whose modal this one submits."""


class Desk:
    """Keeps every interaction whose token still lives."""

    def __init__(self, realm: Realm, postbox: Postbox, hub: Hub, screens: Screens, drawing: MessageDrawing) -> None:
        self.realm = realm
        self.postbox = postbox
        self.hub = hub
        self.screens = screens
        self.drawing = drawing
        self._by_id: dict[int, Pending] = {}
        self._by_token: dict[str, Pending] = {}
        self._deadlines: dict[int, asyncio.TimerHandle] = {}

    # The person's side

    def begin(self, pending: Pending) -> None:
        """Send a new interaction to the application and give it three seconds."""
        self._forget_expired()
        self._by_id[pending.id] = self._by_token[pending.token] = pending
        channel = self.realm.channel(pending.channel_id)
        body = interaction_json(self.realm, self.drawing, pending)
        self.hub.dispatch("INTERACTION_CREATE", lambda _: body, 0, channel.guild_id)
        loop = asyncio.get_running_loop()
        self._deadlines[pending.id] = loop.call_later(self.realm.rules.answer_within, self._no_answer, pending)

    def new(self, kind: int, user_id: int, channel_id: int, data: Json) -> Pending:
        """Return an interaction ready to be sent."""
        identity = self.realm.ids.next()
        shown = Interaction(str(identity), NAMES[kind], str(channel_id))
        return Pending(identity, secrets.token_urlsafe(48), kind, user_id, channel_id, data, shown)

    def opened(self, modal: Modal) -> Pending:
        """Return the interaction that opened a modal. Raises KeyError once its token expired."""
        return self._by_id[int(modal.id)]

    def _no_answer(self, pending: Pending) -> None:
        self._deadlines.pop(pending.id, None)
        self._settle(pending, InteractionState.FAILED, error=NO_ANSWER)

    def _settle(self, pending: Pending, state: InteractionState, error: str | None = None) -> None:
        """Let the person see how the interaction went."""
        shown = pending.shown
        if shown.answered_after is None and state is not InteractionState.FAILED:
            shown.answered_after = time.monotonic() - pending.born
        shown.state = state
        shown.error = error
        if pending.original is not None:
            shown.message = self.drawing.event(pending.original, pending.user_id)
        kind = {
            InteractionState.FAILED: EventKind.INTERACTION_FAILED,
            InteractionState.THINKING: EventKind.INTERACTION_THINKING,
        }.get(state, EventKind.INTERACTION_DONE)
        body: Json = {"interaction_id": shown.id} | ({"error": error} if error else {})
        self.screens.show([pending.user_id], kind, pending.channel_id, body)
        shown.changed()

    # The application's first answer

    def answer(self, interaction_id: int, token: str, body: Json, uploads: list[Upload]) -> Json:
        """Take the first answer and return the body for `with_response`. Raises Refusal 10062, 40060, 50035."""
        pending = self._by_id.get(interaction_id)
        if pending is None or pending.token != token:
            raise refusal(10062)
        if pending.answered_with is not None:
            raise refusal(40060)
        if time.monotonic() - pending.born > self.realm.rules.answer_within:
            raise refusal(10062)
        kind = body.get("type")
        self._demand_fitting(pending, kind)
        data = body.get("data") or {}
        if not isinstance(data, dict):
            raise refusal(50109)
        {
            MESSAGE: self._answer_message,
            DEFER_MESSAGE: self._answer_thinking,
            DEFER_UPDATE: self._answer_nothing,
            UPDATE: self._answer_update,
            CHOICES: self._answer_choices,
            MODAL: self._answer_modal,
        }[int(kind or 0)](pending, data, uploads)
        return callback_json(self.drawing, pending, self.realm.bot_id)

    def _demand_fitting(self, pending: Pending, kind: object) -> None:
        """Raise Refusal 50035 when this kind of answer does not fit this kind of interaction."""
        fitting = {
            COMMAND: {MESSAGE, DEFER_MESSAGE, MODAL},
            COMPONENT: {MESSAGE, DEFER_MESSAGE, DEFER_UPDATE, UPDATE, MODAL},
            AUTOCOMPLETE: {CHOICES},
            MODAL_SUBMIT: {MESSAGE, DEFER_MESSAGE} | ({DEFER_UPDATE, UPDATE} if pending.source is not None else set()),
        }[pending.kind]
        if kind not in fitting:
            problems = Problems()
            problems.add(
                ("type",),
                "INTERACTION_APPLICATION_INVALID_CALLBACK_TYPE",
                "Interaction callback type is invalid for this interaction",
            )
            problems.refuse()

    def _acknowledge(self, pending: Pending, kind: int, state: InteractionState) -> None:
        pending.answered_with = kind
        if timer := self._deadlines.pop(pending.id, None):
            timer.cancel()
        self._settle(pending, state)

    def _answer_message(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        pending.original = self._post(pending, data, uploads, first=True)
        self._acknowledge(pending, MESSAGE, InteractionState.ANSWERED)

    def _answer_thinking(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        pending.original = self._post(pending, {"flags": data.get("flags", 0)}, [], first=True, loading=True)
        self._acknowledge(pending, DEFER_MESSAGE, InteractionState.THINKING)

    def _answer_nothing(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        pending.original = pending.source
        pending.shown.silent = True
        self._acknowledge(pending, DEFER_UPDATE, InteractionState.ANSWERED)

    def _answer_update(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        if pending.source is None:
            raise refusal(10008)
        pending.original = self.postbox.change(pending.source, data, uploads)
        self._acknowledge(pending, UPDATE, InteractionState.ANSWERED)

    def _answer_choices(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        pending.shown.choices = check_autocomplete(data, pending.focused_kind)
        self._acknowledge(pending, CHOICES, InteractionState.ANSWERED)

    def _answer_modal(self, pending: Pending, data: Json, uploads: list[Upload]) -> None:
        check_modal(data)
        components = number_components(data["components"])
        modal = Modal(str(pending.id), str(pending.channel_id), data["custom_id"], data["title"], components)
        pending.shown.modal = modal
        self._acknowledge(pending, MODAL, InteractionState.ANSWERED)
        self.screens.show([pending.user_id], EventKind.MODAL_OPEN, pending.channel_id, modal.to_json())

    # Follow-ups and the original

    def webhook(self, application_id: int, token: str) -> Pending:
        """Return the interaction a webhook token belongs to. Raises Refusal 10015 or 50027."""
        if application_id != self.realm.application_id:
            raise refusal(10015)
        pending = self._by_token.get(token)
        if pending is None or time.monotonic() - pending.born > self.realm.rules.interaction_life:
            raise refusal(50027)
        if pending.answered_with is None:
            raise refusal(10015)
        return pending

    def follow_up(self, pending: Pending, body: Json, uploads: list[Upload]) -> Message:
        """Write a follow-up; the first after "thinking" fills the original message instead."""
        original = pending.original
        if original is not None and original.flags & LOADING and pending.answered_with == DEFER_MESSAGE:
            return self.change(pending, original, body, uploads)
        message = self._post(pending, body, uploads, first=False)
        pending.shown.followups.append(self.drawing.event(message, pending.user_id))
        pending.shown.silent = False
        pending.shown.changed()
        return message

    def change(self, pending: Pending, message: Message, body: Json, uploads: list[Upload]) -> Message:
        """Edit the original or a follow-up."""
        self.postbox.change(message, body, uploads)
        pending.shown.silent = False
        if message is pending.original:
            self._settle(pending, InteractionState.ANSWERED)
        return message

    def find(self, pending: Pending, message_id: int | None) -> Message:
        """Return the original (None) or one of the webhook's messages. Raises Refusal 10008."""
        if message_id is None:
            found = pending.original
        else:
            found = self.realm.messages[pending.channel_id].get(message_id)
            if found is not None and not (found.webhook or found is pending.original):
                found = None
        if found is None or found.id not in self.realm.messages[pending.channel_id]:
            raise refusal(10008)
        return found

    def _post(self, pending: Pending, data: Json, uploads: list[Upload], first: bool, loading: bool = False) -> Message:
        """Write a message of the application in answer to an interaction."""
        channel = self.realm.channel(pending.channel_id)
        given = data.get("flags")
        ephemeral = isinstance(given, int) and bool(given & EPHEMERAL)
        from_command = first and pending.kind == COMMAND
        draft = Draft(
            data,
            uploads,
            kind=COMMAND_ANSWER if from_command else DEFAULT,
            webhook=True,
            interaction=self.metadata(pending),
            ephemeral_for=pending.user_id if ephemeral else None,
            reply_to=None if from_command else (pending.source if first else pending.original),
            loading=loading,
        )
        return self.postbox.write(channel, self.realm.bot_id, draft)

    def metadata(self, pending: Pending) -> Json:
        """Return `interaction_metadata`, with `user_id` in place of the user."""
        kind = COMMAND if pending.kind == AUTOCOMPLETE else pending.kind
        guild_id = self.realm.channels[pending.channel_id].guild_id
        body: Json = {
            "id": str(pending.id),
            "type": kind,
            "user_id": pending.user_id,
            "authorizing_integration_owners": {"0": str(guild_id or 0)},
        }
        if pending.kind == COMMAND:
            body |= {"name": pending.command_name, "command_type": 1}
        elif pending.kind == COMPONENT and pending.source is not None:
            body["interacted_message_id"] = str(pending.source.id)
        elif pending.triggering is not None:
            user = {"user": user_json(self.realm.users[pending.triggering["user_id"]])}
            rest = {key: value for key, value in pending.triggering.items() if key != "user_id"}
            body["triggering_interaction_metadata"] = rest | user
        return body

    def _forget_expired(self) -> None:
        oldest = time.monotonic() - self.realm.rules.interaction_life
        for pending in [p for p in self._by_id.values() if p.born < oldest]:
            del self._by_id[pending.id]
            del self._by_token[pending.token]

    def close(self) -> None:
        """Cancel every deadline."""
        for timer in self._deadlines.values():
            timer.cancel()
