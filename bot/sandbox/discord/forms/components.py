"""Components of messages and of modals, classic rows and layout (v2) alike.

Limits: https://discord.com/developers/docs/components/reference
"""

from __future__ import annotations

from typing import Any

from bot.sandbox.discord.forms.problems import Path, Problems

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR = 9, 10, 11, 12, 13, 14
CONTAINER, LABEL, FILE_UPLOAD = 17, 18, 19
SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)
LINK_STYLE, PREMIUM_STYLE = 5, 6
_CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
_DEFAULTS: dict[int, dict[str, Any]] = {
    **{kind: {"min_values": 1, "max_values": 1} for kind in SELECTS},
    THUMBNAIL: {"description": None, "spoiler": False},
    FILE: {"name": None, "size": None, "spoiler": False},
    SEPARATOR: {"spacing": 1, "divider": True},
    CONTAINER: {"accent_color": None, "spoiler": False},
}
MOST_LAYOUT_COMPONENTS = 40
MOST_LAYOUT_CHARACTERS = 4000


def check_message_components(problems: Problems, components: object, layout: bool) -> None:
    """Note every problem of a message's components; `layout` means the v2 flag is set."""
    Walk(problems, layout).message(components)


def check_modal_components(problems: Problems, components: object) -> None:
    """Note every problem of a modal's components."""
    Walk(problems, layout=False).modal(components)


def number_components(components: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each component the `id` and the defaults Discord adds to what it stores."""
    numbers = iter(range(1, 1000))
    return [_numbered(component, numbers) for component in components]


def _numbered(component: dict[str, Any], numbers: Any) -> dict[str, Any]:
    copy = {key: value for key, value in component.items() if value is not None}
    copy["id"] = component.get("id") or next(numbers)
    if isinstance(copy.get("components"), list):
        copy["components"] = [_numbered(child, numbers) for child in copy["components"]]
    for key in ("accessory", "component"):
        if isinstance(copy.get(key), dict):
            copy[key] = _numbered(copy[key], numbers)
    if copy.get("type") == GALLERY:
        copy["items"] = [{"description": None, "spoiler": False} | item for item in copy["items"]]
    return _DEFAULTS.get(copy.get("type", 0), {}) | copy


class Walk:
    """One pass over the components of a body; custom ids must not repeat within it."""

    def __init__(self, problems: Problems, layout: bool) -> None:
        self.problems = problems
        self.layout = layout
        self.custom_ids: set[str] = set()
        self.count = 0
        self.characters = 0

    def message(self, components: object) -> None:
        """Check the top level of a message."""
        most = MOST_LAYOUT_COMPONENTS if self.layout else 5
        for index, component in enumerate(self.problems.objects(("components",), components, 0, most)):
            self._top(("components", index), component)
        if self.count > MOST_LAYOUT_COMPONENTS:
            self.problems.add(
                ("components",),
                "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                f"The total number of components must be {MOST_LAYOUT_COMPONENTS} or fewer",
            )
        if self.characters > MOST_LAYOUT_CHARACTERS:
            self.problems.add(
                ("components",),
                "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
                f"Components displayable text size exceeds maximum size of {MOST_LAYOUT_CHARACTERS}",
            )

    def modal(self, components: object) -> None:
        """Check the top level of a modal: rows with a text input, labels, plain text."""
        for index, component in enumerate(self.problems.objects(("components",), components, 1, 5)):
            path: Path = ("components", index)
            body = self.problems.mapping(path, component)
            if body is None or not self.problems.one_of((*path, "type"), body.get("type"), (ROW, TEXT_DISPLAY, LABEL)):
                continue
            if body["type"] == ROW:
                inner = self.problems.objects((*path, "components"), body.get("components"), 1, 1)
                for spot, child in enumerate(inner):
                    self._text_input((*path, "components", spot), child, labelled=False)
            elif body["type"] == LABEL:
                self._label(path, body)
            else:
                self.problems.text((*path, "content"), body.get("content"), 4000, 1, needed=True)

    # Message components

    def _top(self, path: Path, component: object) -> None:
        body = self.problems.mapping(path, component)
        if body is None:
            return
        kinds = (ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER)
        allowed = kinds if self.layout else (ROW,)
        if not self.problems.one_of((*path, "type"), body.get("type"), allowed):
            return
        self.count += 1
        self.problems.flag((*path, "spoiler"), body.get("spoiler"))
        if body["type"] == CONTAINER:
            self.problems.whole((*path, "accent_color"), body.get("accent_color"), 0, 0xFFFFFF)
            inner = self.problems.objects((*path, "components"), body.get("components"), 1, 40)
            for index, child in enumerate(inner):
                if isinstance(child, dict) and child.get("type") == CONTAINER:
                    self.problems.one_of((*path, "components", index, "type"), CONTAINER, kinds[:-1])
                else:
                    self._top((*path, "components", index), child)
        else:
            self._leafy(path, body)

    def _leafy(self, path: Path, body: dict[str, Any]) -> None:
        kind = body["type"]
        if kind == ROW:
            self._row(path, body)
        elif kind == SECTION:
            self._section(path, body)
        elif kind == TEXT_DISPLAY:
            self._text_display(path, body)
        elif kind == GALLERY:
            items = self.problems.objects((*path, "items"), body.get("items"), 1, 10)
            for index, item in enumerate(items):
                self._media((*path, "items", index, "media"), item.get("media"))
                self._described((*path, "items", index), item)
        elif kind == FILE:
            self._media((*path, "file"), body.get("file"))
        elif kind == SEPARATOR:
            self.problems.flag((*path, "divider"), body.get("divider"))
            self.problems.whole((*path, "spacing"), body.get("spacing"), 1, 2)

    def _row(self, path: Path, body: dict[str, Any]) -> None:
        children = self.problems.objects((*path, "components"), body.get("components"), 1, 5)
        for index, child in enumerate(children):
            where = (*path, "components", index)
            inner = self.problems.mapping(where, child)
            if inner is None or not self.problems.one_of((*where, "type"), inner.get("type"), (BUTTON, *SELECTS)):
                continue
            self.count += 1
            if inner["type"] == BUTTON:
                self._button(where, inner)
            else:
                self._select(where, inner)
                if len(children) > 1:
                    self.problems.add(
                        where,
                        "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
                        "The specified component exceeds the maximum width",
                    )

    def _section(self, path: Path, body: dict[str, Any]) -> None:
        texts = self.problems.objects((*path, "components"), body.get("components"), 1, 3)
        for index, child in enumerate(texts):
            if self.problems.one_of((*path, "components", index, "type"), child.get("type"), (TEXT_DISPLAY,)):
                self._text_display((*path, "components", index), child)
        where = (*path, "accessory")
        accessory = self.problems.mapping(where, body.get("accessory"))
        if accessory is None:
            return
        self.count += 1
        if not self.problems.one_of((*where, "type"), accessory.get("type"), (BUTTON, THUMBNAIL)):
            return
        if accessory["type"] == BUTTON:
            self._button(where, accessory)
        else:
            self._media((*where, "media"), accessory.get("media"))
            self._described(where, accessory)

    def _text_display(self, path: Path, body: dict[str, Any]) -> None:
        content = body.get("content")
        if self.problems.text((*path, "content"), content, 4000, 1, needed=True):
            self.characters += len(str(content))

    def _described(self, path: Path, body: dict[str, Any]) -> None:
        self.problems.text((*path, "description"), body.get("description"), 1024, 1)
        self.problems.flag((*path, "spoiler"), body.get("spoiler"))

    def _media(self, path: Path, media: object) -> None:
        body = self.problems.mapping(path, media)
        if body is not None and self.problems.required((*path, "url"), body.get("url")):
            self.problems.url((*path, "url"), body.get("url"), attachments=True)

    def _button(self, path: Path, body: dict[str, Any]) -> None:
        style = body.get("style")
        if not self.problems.one_of((*path, "style"), style, range(1, 7)):
            return
        self.problems.text((*path, "label"), body.get("label"), 80)
        self.problems.flag((*path, "disabled"), body.get("disabled"))
        self.problems.emoji((*path, "emoji"), body.get("emoji"))
        if style == LINK_STYLE:
            if body.get("custom_id") is not None:
                self.problems.add(
                    path,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                )
            if self.problems.required((*path, "url"), body.get("url")):
                self.problems.url((*path, "url"), body.get("url"), most=512)
        elif style != PREMIUM_STYLE:
            self._custom_id(path, body)
        if style != PREMIUM_STYLE and not body.get("label") and not body.get("emoji"):
            self.problems.add(
                path,
                "BUTTON_COMPONENT_REQUIRES_LABEL_OR_EMOJI",
                "A label or emoji must be specified",
            )

    def _custom_id(self, path: Path, body: dict[str, Any]) -> None:
        custom_id = body.get("custom_id")
        if not self.problems.text((*path, "custom_id"), custom_id, 100, 1, needed=True):
            return
        if custom_id in self.custom_ids:
            self.problems.add(
                (*path, "custom_id"),
                "COMPONENT_CUSTOM_ID_DUPLICATED",
                "Component custom id cannot be duplicated",
            )
        self.custom_ids.add(str(custom_id))

    def _select(self, path: Path, body: dict[str, Any]) -> None:
        self._custom_id(path, body)
        self.problems.text((*path, "placeholder"), body.get("placeholder"), 150)
        self.problems.flag((*path, "disabled"), body.get("disabled"))
        self.problems.flag((*path, "required"), body.get("required"))
        self.problems.numbers((*path, "channel_types"), body.get("channel_types"), _CHANNEL_TYPES)
        counted = self.problems.whole((*path, "min_values"), body.get("min_values"), 0, 25)
        counted &= self.problems.whole((*path, "max_values"), body.get("max_values"), 1, 25)
        if counted and body.get("type") == STRING_SELECT:
            self._select_options(path, body)

    def _select_options(self, path: Path, body: dict[str, Any]) -> None:
        options = self.problems.objects((*path, "options"), body.get("options"), 1, 25)
        seen: set[str] = set()
        for index, option in enumerate(options):
            where = (*path, "options", index)
            self.problems.text((*where, "label"), option.get("label"), 100, 1, needed=True)
            self.problems.text((*where, "value"), option.get("value"), 100, 1, needed=True)
            self.problems.text((*where, "description"), option.get("description"), 100)
            self.problems.flag((*where, "default"), option.get("default"))
            self.problems.emoji((*where, "emoji"), option.get("emoji"))
            if str(option.get("value")) in seen:
                self.problems.add(
                    (*where, "value"),
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    "The specified option value is already used",
                )
            seen.add(str(option.get("value")))
        chosen = sum(bool(option.get("default")) for option in options)
        if options and chosen > (body.get("max_values") or 1):
            self.problems.add(
                (*path, "options"),
                "SELECT_COMPONENT_TOO_MANY_DEFAULT_OPTIONS",
                "Too many options are selected by default",
            )
        if options and (body.get("min_values") or 0) > len(options):
            self.problems.add(
                (*path, "min_values"),
                "SELECT_COMPONENT_MIN_VALUES_TOO_LARGE",
                "Minimum values cannot exceed the number of options",
            )

    # Modal components

    def _label(self, path: Path, body: dict[str, Any]) -> None:
        self.problems.text((*path, "label"), body.get("label"), 45, 1, needed=True)
        self.problems.text((*path, "description"), body.get("description"), 100)
        where = (*path, "component")
        inner = self.problems.mapping(where, body.get("component"))
        kinds = (TEXT_INPUT, *SELECTS, FILE_UPLOAD)
        if inner is None or not self.problems.one_of((*where, "type"), inner.get("type"), kinds):
            return
        if inner["type"] == TEXT_INPUT:
            self._text_input(where, inner, labelled=True)
        elif inner["type"] == FILE_UPLOAD:
            self._custom_id(where, inner)
            self.problems.whole((*where, "min_values"), inner.get("min_values"), 0, 10)
            self.problems.whole((*where, "max_values"), inner.get("max_values"), 1, 10)
        else:
            self._select(where, inner)

    def _text_input(self, path: Path, component: object, labelled: bool) -> None:
        body = self.problems.mapping(path, component)
        if body is None or not self.problems.one_of((*path, "type"), body.get("type"), (TEXT_INPUT,)):
            return
        self._custom_id(path, body)
        self.problems.one_of((*path, "style"), body.get("style"), (1, 2))
        if not labelled:
            self.problems.text((*path, "label"), body.get("label"), 45, 1, needed=True)
        self.problems.text((*path, "placeholder"), body.get("placeholder"), 100)
        self.problems.flag((*path, "required"), body.get("required"))
        self.problems.whole((*path, "min_length"), body.get("min_length"), 0, 4000)
        if self.problems.whole((*path, "max_length"), body.get("max_length"), 1, 4000):
            self.problems.text((*path, "value"), body.get("value"), body.get("max_length") or 4000)
