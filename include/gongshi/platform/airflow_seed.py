"""Roles, pool and first administrator of a fresh Airflow; run as a process of its own after `airflow db migrate`.

Running it again changes nothing: an existing user keeps the password people gave it.
"""

from __future__ import annotations

import os

from airflow.models.pool import Pool
from airflow.providers.fab.auth_manager.cli_commands.utils import get_application_builder

from gongshi.platform.airflow_home import ADMIN
from gongshi.platform.dag_support import WAREHOUSE_POOL

# Stands beside FAB's own Admin, Op, User, Viewer, Public. Which division or agency a user may see is a row in `ref`.
ROLES = {
    "信用办": [
        ("can_read", "Plugins"),
        ("can_read", "DAGs"),
        ("can_read", "DAG Runs"),
        ("can_read", "Website"),
    ],
    "报送单位": [("can_read", "Plugins"), ("can_read", "Website")],
}


def seed(first_password: str) -> None:
    """Create what is missing."""
    Pool.create_or_update_pool(
        WAREHOUSE_POOL, slots=1, description="one writer of the warehouse at a time", include_deferred=False
    )
    with get_application_builder() as builder:
        security = builder.sm
        security.sync_roles()
        for name, permissions in ROLES.items():
            role = security.add_role(name)
            for action, resource in permissions:
                security.add_permission_to_role(role, security.create_permission(action, resource))
        if security.find_user(ADMIN) is None:
            role = security.find_role("Admin")
            security.add_user(ADMIN, "首位", "管理员", "admin@localhost", role, first_password)


if __name__ == "__main__":
    seed(os.environ["GONGSHI_FIRST_PASSWORD"])
