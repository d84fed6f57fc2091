"""What Airflow itself loads of this project: the trigger that waits for complete files."""

from __future__ import annotations

from airflow.plugins_manager import AirflowPlugin

from gongshi.platform.watch import SettledInboxes

__all__ = ["GongshiPlugin", "SettledInboxes"]


class GongshiPlugin(AirflowPlugin):
    """Names the plugin; the trigger is found by its importable path."""

    name = "gongshi"
