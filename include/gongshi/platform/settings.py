"""Settings, read once from the environment into one typed object.

Every variable is named in `.env.example`. Folders are those of the contract (architecture, section 3, State).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gongshi.errors import UsageError


@dataclass(frozen=True)
class Settings:
    """Where state lives and which databases are used.

    Attributes:
        home: absolute root of all state (`GONGSHI_HOME`, default `./var`).
        database_url: warehouse URL for SQLAlchemy, or None for the embedded server.
        airflow_database_url: Airflow metadata URL, or None for the embedded server.
        port: port of the pages on 127.0.0.1.
        replay: True when the clock may be set by `at`.
        identity_key_file: file of the HMAC key of record identities.
        most_file_bytes: a larger file is refused before it is copied (BT-11).
    """

    home: Path
    database_url: str | None
    airflow_database_url: str | None
    port: int
    replay: bool
    identity_key_file: Path
    most_file_bytes: int

    @property
    def dropbox(self) -> Path:
        """Root of the agencies' folders: `<agency code>/inbox`, `selfcheck`, `feedback`."""
        return self.home / "dropbox"

    @property
    def registry_inbox(self) -> Path:
        """Where files for the registry are dropped."""
        return self.home / "registry" / "inbox"

    @property
    def registry_feedback(self) -> Path:
        """Answers to files for the registry."""
        return self.home / "registry" / "feedback"

    @property
    def archive(self) -> Path:
        """Received files by SHA-256, read-only, 0700."""
        return self.home / "archive"

    @property
    def landing(self) -> Path:
        """Rows as read, one Parquet file a batch, 0700."""
        return self.home / "landing"

    @property
    def reports(self) -> Path:
        """`<cadence>/<period>/` documents and figures.json."""
        return self.home / "reports"

    @property
    def suites(self) -> Path:
        """Suites of rule-book versions other than the shipped one."""
        return self.home / "suites"

    @property
    def validations(self) -> Path:
        """Great Expectations results, kept so that Data Docs can be built; 0700."""
        return self.home / "validations"

    @property
    def logs(self) -> Path:
        """Our own log files."""
        return self.home / "logs"

    @property
    def secrets(self) -> Path:
        """Keys and first passwords, 0700."""
        return self.home / "secrets"

    @property
    def postgres(self) -> Path:
        """Data directory of the embedded PostgreSQL."""
        return self.home / "postgres"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.home / "airflow"

    def inbox(self, agency_code: str) -> Path:
        """The one inbox of an agency."""
        return self.dropbox / agency_code / "inbox"

    def feedback(self, agency_code: str) -> Path:
        """Where an agency finds its answers."""
        return self.dropbox / agency_code / "feedback"


def load_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env` (default: the process environment).

    Raises:
        UsageError: `GONGSHI_PORT` is not a port number, or `GONGSHI_MOST_FILE_MB` not a number of megabytes.
    """
    env = os.environ if env is None else env
    home = Path(env.get("GONGSHI_HOME") or "var").resolve()
    port = env.get("GONGSHI_PORT") or "8080"
    if not (port.isdigit() and 0 < int(port) < 65536):
        raise UsageError(f"GONGSHI_PORT is {port!r}; expected a port number between 1 and 65535.")
    megabytes = env.get("GONGSHI_MOST_FILE_MB") or "2048"
    if not (megabytes.isdigit() and int(megabytes) > 0):
        raise UsageError(
            f"GONGSHI_MOST_FILE_MB is {megabytes!r}; expected a whole number of megabytes above 0."
        )
    return Settings(
        home=home,
        database_url=env.get("GONGSHI_DATABASE_URL") or None,
        airflow_database_url=env.get("GONGSHI_AIRFLOW_DATABASE_URL") or None,
        port=int(port),
        replay=env.get("GONGSHI_REPLAY") == "1",
        identity_key_file=Path(env.get("GONGSHI_IDENTITY_KEY_FILE") or home / "secrets" / "identity.key"),
        most_file_bytes=int(megabytes) << 20,
    )
