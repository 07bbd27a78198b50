"""The settings: everything an operator can choose, read from the environment in one place."""

import difflib
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

PREFIX = "DOSSIER_"


class SettingsRefused(Exception):
    """A variable of the environment is unknown or has no usable value; the message is one line."""


class Settings(BaseModel):
    """Each field is read from `DOSSIER_` and its name in capitals; `repr` keeps connections to itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    data: Path = Field(default=Path("var"), description="directory of the embedded database and of the keys")
    database_url: str | None = Field(
        default=None,
        repr=False,
        description="PostgreSQL 16 or later to use in place of the embedded one; its user migrates",
    )
    app_database_url: str | None = Field(
        default=None,
        repr=False,
        description="connection of dossier_app; default: database_url, acting as that role",
    )
    reader_database_url: str | None = Field(
        default=None,
        repr=False,
        description="connection of dossier_reader; default: database_url, acting as that role",
    )
    host: str = Field(default="127.0.0.1", description="address the server listens on")
    port: int = Field(default=8000, ge=0, le=65535, description="port the server listens on; 0 takes a free one")
    oidc_issuer: str | None = Field(
        default=None, description="issuer of the tokens of people; its keys are found by discovery"
    )
    oidc_audience: str | None = Field(default=None, description="audience that tokens of the issuer must name")
    queue_limit: int = Field(
        default=20_000,
        ge=1,
        description="events that may wait to be written before posts are told to come back later",
    )
    past_events: int = Field(
        default=3_000_000, ge=0, description="events that a question about the past may have projected over HTTP"
    )
    rate_requests: int = Field(
        default=20_000, ge=1, description="requests a second that one agency may make before it is told to wait"
    )
    rate_events: int = Field(
        default=100_000, ge=1, description="events a second that one agency may post; a stream beyond it is slowed down"
    )
    patience_seconds: float = Field(
        default=60.0, gt=0, description="how long a client may take for its headers, or be silent within a body"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least grave message logged"
    )
    log_origin: str | None = Field(
        default=None,
        pattern=r"^[^\s+]{1,200}$",
        description="name of the log, the first line of its checkpoints, taken when its key is made; "
        "default: dossier.brussels/ and eight digits of the key",
    )
    webhook_allow_private: bool = Field(
        default=False, description="deliver webhooks to private and loopback addresses too"
    )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None, **overrides: object) -> Self:
        """Read the environment; an override that is not None wins. An empty variable counts as absent."""
        found = _read(os.environ if environment is None else environment)
        given = {name: value for name, value in overrides.items() if value is not None}
        try:
            return cls.model_validate(found | given)
        except ValidationError as error:
            first = error.errors()[0]
            raise SettingsRefused(f"{variable(str(first['loc'][0]))}: {first['msg']}") from error


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def _read(environment: Mapping[str, str]) -> dict[str, object]:
    fields = {variable(field): field for field in Settings.model_fields}
    ours = {name: value for name, value in environment.items() if name.startswith(PREFIX)}
    for name in ours.keys() - fields.keys():
        near = difflib.get_close_matches(name, fields, n=1, cutoff=0)
        raise SettingsRefused(f"{name} is not a setting: did you mean {near[0]}? `dossier settings` lists all")
    values: dict[str, object] = {fields[name]: value for name, value in ours.items() if value}
    if isinstance(level := values.get("log_level"), str):
        values["log_level"] = level.lower()
    return values
