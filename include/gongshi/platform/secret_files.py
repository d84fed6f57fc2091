"""Keys and first passwords under `GONGSHI_HOME/secrets`: made once, readable by their owner only."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from gongshi.platform.settings import Settings

FIRST_PASSWORD = "first-password"  # noqa: S105  # the file's name, not a password
JWT_SECRET = "airflow-jwt.key"  # noqa: S105
FERNET_KEY = "airflow-fernet.key"
SESSION_KEY = "airflow-session.key"


def secret(settings: Settings, name: str) -> str:
    """The secret `name`, made on first use: 64 random bytes as text, or a Fernet key, or a password to type."""
    path = settings.secrets / name
    settings.secrets.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(_new(name) + "\n")
    return path.read_text(encoding="utf-8").strip()


def first_password_file(settings: Settings) -> Path:
    """Where the first administrator's password lies; `make up` prints this path, never the password."""
    return settings.secrets / FIRST_PASSWORD


def _new(name: str) -> str:
    if name == FIRST_PASSWORD:
        return secrets.token_urlsafe(15)
    if name == FERNET_KEY:
        return base64.urlsafe_b64encode(os.urandom(32)).decode()
    return secrets.token_urlsafe(64)
