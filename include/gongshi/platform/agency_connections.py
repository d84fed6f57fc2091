"""Addresses of agency databases inside Airflow: one Connection a source, its id the source's.

Stored in Airflow (encrypted), in a secrets backend, or in the environment: `AIRFLOW_CONN_<SOURCE_ID>`.
"""

from __future__ import annotations

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException
from sqlalchemy.engine import URL

DRIVERS = {
    "postgres": "postgresql+psycopg2",
    "mysql": "mysql+pymysql",
    "mariadb": "mariadb+pymysql",
    "sqlite": "sqlite",
    "oracle": "oracle+oracledb",
    "mssql": "mssql+pyodbc",
}
"""Type of a Connection → SQLAlchemy driver; the key `driver` of its extra field names any other, e.g. `dm+dmPython`."""


def address(source_id: str) -> str | None:
    """The SQLAlchemy URL of a source; None when there is no Connection of its name."""
    try:
        connection = Connection.get(source_id)
    except AirflowNotFoundException:
        return None
    query = dict(connection.extra_dejson)
    kind = connection.conn_type or ""
    driver = query.pop("driver", None) or DRIVERS.get(kind, kind)
    url = URL.create(
        driver,
        username=connection.login or None,
        password=connection.password or None,
        host=connection.host or None,
        port=connection.port,
        database=connection.schema or None,
        query={name: str(value) for name, value in query.items()},
    )
    return url.render_as_string(hide_password=False)
