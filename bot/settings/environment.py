"""Secrets and addresses, read from the environment and ``.env``."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.errors import BadSetting, Problem
from bot.settings.files import reason_of

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DISCORD_API = "https://discord.com/api/v10"
STRIPE_API = "https://api.stripe.com"
TELEGRAM_API = "https://api.telegram.org"


class Environment(BaseSettings):
    """The contract's environment variables. Secrets never print themselves."""

    model_config = SettingsConfigDict(env_file_encoding="utf-8", extra="ignore", env_ignore_empty=True)

    discord_token: SecretStr | None = Field(None, description="Bot token; without it Discord stays closed.")
    discord_guild_id: int | None = Field(None, description="The server the shop lives in.")
    discord_review_channel_id: int | None = Field(None, description="The operator's private channel for review cards.")
    discord_api_base: str = Field(DISCORD_API, description="Discord's REST address; ends in /api/v10.")
    discord_gateway_url: str | None = Field(None, description="Discord's gateway; asked from the API if unset.")
    telegram_token: SecretStr | None = Field(None, description="Bot token; without it Telegram stays closed.")
    telegram_review_chat_id: int | None = Field(
        None, description="The operator's private group, channel or own chat for review cards."
    )
    telegram_api_base: str = Field(TELEGRAM_API, description="Root of the Bot API; /bot<token>/… follows.")
    telegram_test: bool = Field(False, description="Use Telegram's test environment, where Stars are play money.")
    stripe_secret_key: SecretStr | None = Field(None, description="Secret or restricted key (rk_…) of Stripe.")
    stripe_webhook_secret: SecretStr | None = Field(
        None, description="Signing secret(s) of the webhook, comma-separated while rotating; unset: polling only."
    )
    stripe_api_base: str = Field(STRIPE_API, description="Stripe's API address.")
    public_url: str | None = Field(None, description="The shop's address for buyers; default http://HOST:PORT.")
    http_host: str = Field("127.0.0.1", description="Where the web room listens.")
    http_port: int = Field(8080, ge=0, le=65535, description="... and on which port.")
    database_url: str | None = Field(
        None, description="sqlite+aiosqlite:///… or postgresql+asyncpg://…; default is a file beside the media."
    )
    media_url: str | None = Field(
        None, description="Folder of the audio (default data/media), or s3://bucket/prefix?endpoint=https://…&region=…."
    )
    aws_access_key_id: SecretStr | None = Field(None, description="Key of the object store in MEDIA_URL.")
    aws_secret_access_key: SecretStr | None = Field(None, description="... and its secret.")
    smtp_url: SecretStr | None = Field(
        None, description="Mail server: smtp://user:password@host:587?from=shop@example or smtps://…; unset: no e-mail."
    )
    operator_ids: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(), description="Who may judge and refund: platform:id, comma-separated, e.g. discord:123."
    )
    bgm_config: Path | None = Field(None, description="The operator's config folder; overrides the default per file.")
    bgm_engine: str = Field("composer", description="The engine that makes the music.")
    bgm_data: Path = Field(Path("data"), description="Folder of the database, media and signing keys.")

    @field_validator("operator_ids", mode="before")
    @classmethod
    def _split_operators(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        people = frozenset(part.strip() for part in value.split(",") if part.strip())
        for person in people:
            platform, _, number = person.partition(":")
            if platform not in ("discord", "telegram") or not number.lstrip("-").isdigit():
                message = f"{person!r} is not platform:id such as discord:123456789"
                raise ValueError(Problem(message, "reason-person", value=person[:60]))
        return people

    @field_validator("discord_api_base", "telegram_api_base", "stripe_api_base", "public_url", mode="after")
    @classmethod
    def _is_address(cls, value: str | None) -> str | None:
        if value is not None and (urlsplit(value).scheme not in ("http", "https") or not urlsplit(value).netloc):
            message = f"{value!r} is not an address such as https://shop.example"
            raise ValueError(Problem(message, "reason-address", value=value[:90]))
        return value.rstrip("/") if value else value

    @field_validator("database_url", mode="after")
    @classmethod
    def _is_database(cls, value: str | None) -> str | None:
        if value is not None and urlsplit(value).scheme.partition("+")[0] not in ("sqlite", "postgres", "postgresql"):
            message = "use sqlite+aiosqlite:///path or postgresql+asyncpg://user:password@host/name"
            raise ValueError(Problem(message, "reason-database"))
        return value

    @property
    def address(self) -> str:
        """The shop's address for buyers, without a trailing slash."""
        return self.public_url or f"http://{self.http_host}:{self.http_port}"

    @property
    def database(self) -> str:
        """The database address in use."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.bgm_data / 'shop.sqlite3').resolve()}"

    @property
    def media(self) -> Path:
        """The media folder in use; before an object store, what this machine has touched of it."""
        if self.media_url is None or self.media_in_store:
            return self.bgm_data / "media"
        parts = urlsplit(self.media_url)
        return Path(parts.path if parts.scheme == "file" else self.media_url)

    @property
    def media_in_store(self) -> bool:
        """Whether the audio lies in an object store."""
        return self.media_url is not None and self.media_url.startswith("s3:")

    @classmethod
    def read(cls, env_file: Path | None = Path(".env"), **given: object) -> Self:
        """Read the environment, then ``env_file`` for what it leaves open.

        :raises BadSetting: naming every variable that is wrong and what would be right; never a secret's value.
        """
        try:
            return cls(_env_file=env_file, **given)  # type: ignore[arg-type]
        except ValidationError as error:
            raise BadSetting([_problem(entry) for entry in error.errors(include_input=False)]) from None


def _problem(entry: "ErrorDetails") -> Problem:
    name, reason = "_".join(str(part) for part in entry["loc"]).upper(), reason_of(entry)
    return Problem(f"{name}: {reason} (environment or .env)", "problem-variable", name=name, reason=reason)
