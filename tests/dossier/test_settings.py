"""Settings come from the environment, and a slip in it is told."""

from pathlib import Path

import pytest

from dossier.settings import Settings, SettingsRefused


def test_without_any_variable_the_defaults_hold() -> None:
    settings = Settings.from_environment({})
    assert (settings.data, settings.host, settings.port) == (Path("var"), "127.0.0.1", 8000)
    assert settings.database_url is None
    assert settings.queue_limit == 20_000


def test_each_setting_is_read_from_its_variable() -> None:
    settings = Settings.from_environment(
        {"DOSSIER_DATA": "/srv/dossier", "DOSSIER_PORT": "9000", "DOSSIER_WEBHOOK_ALLOW_PRIVATE": "true"}
    )
    assert (settings.data, settings.port, settings.webhook_allow_private) == (
        Path("/srv/dossier"),
        9000,
        True,
    )


def test_an_override_wins_over_the_environment() -> None:
    assert Settings.from_environment({"DOSSIER_PORT": "9000"}, port=9001).port == 9001


def test_an_override_of_none_leaves_the_environment() -> None:
    assert Settings.from_environment({"DOSSIER_PORT": "9000"}, port=None).port == 9000


def test_an_empty_variable_counts_as_absent() -> None:
    assert Settings.from_environment({"DOSSIER_DATABASE_URL": ""}).database_url is None


def test_other_programs_variables_are_left_alone() -> None:
    Settings.from_environment({"PATH": "/bin", "MY_DOSSIER_PORT": "x"})


def test_an_unknown_variable_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(SettingsRefused, match=r"DOSSIER_DATABSE_URL .* did you mean DOSSIER_DATABASE_URL\?"):
        Settings.from_environment({"DOSSIER_DATABSE_URL": "postgresql://"})


def test_a_value_that_does_not_fit_names_its_variable() -> None:
    with pytest.raises(SettingsRefused, match=r"^DOSSIER_PORT: "):
        Settings.from_environment({"DOSSIER_PORT": "eight"})


def test_connections_are_not_printed() -> None:
    assert "secret" not in repr(Settings(database_url="postgresql://me:secret@there/base"))


def test_every_setting_says_what_it_is_for() -> None:
    assert all(field.description for field in Settings.model_fields.values())
