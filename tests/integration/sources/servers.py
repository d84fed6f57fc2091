"""The agencies' side: a MariaDB server of our own, and a line to a server that can be cut or fall silent."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

import pymysql
import pytest


class MariaDb:
    """Debian's MariaDB on a private directory and a socket only."""

    def __init__(self, folder: Path) -> None:
        daemon = shutil.which("mariadbd", path=f"{os.environ['PATH']}:/usr/sbin")
        if daemon is None:
            pytest.skip("MariaDB (mariadbd) is not installed")
        self.socket = folder / "s"
        as_root = ["--user=root"] if os.getuid() == 0 else []
        data = f"--datadir={folder / 'data'}"
        subprocess.run(
            ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal", *as_root],
            check=True, capture_output=True,
        )  # fmt: skip
        self.command = [
            daemon, "--no-defaults", data, f"--socket={self.socket}", f"--pid-file={folder / 'pid'}", "--skip-networking",
            "--innodb-flush-log-at-trx-commit=0", "--character-set-server=utf8mb4", *as_root,
        ]  # fmt: skip
        self.log = folder / "log"
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(self.command, stdout=log, stderr=log)
        latest = time.monotonic() + 60
        while True:
            with suppress(pymysql.err.OperationalError):
                pymysql.connect(unix_socket=str(self.socket), user="root").close()
                return
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < latest, self.log.read_text()
            time.sleep(0.1)  # polls a server that is starting

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def create(self, name: str) -> str:
        """An empty database; its URL."""
        with closing(pymysql.connect(unix_socket=str(self.socket), user="root")) as connection:
            connection.cursor().execute(f"DROP DATABASE IF EXISTS {name}")
            connection.cursor().execute(f"CREATE DATABASE {name}")
        return f"mysql+pymysql://root@/{name}?unix_socket={self.socket}"


class Line:
    """Passes bytes between a socket of its own and a server's; after so many from the server it is cut, falls silent or talks garbage."""

    def __init__(self, path: Path, server: str, *, after: int, then: str) -> None:
        self.server, self.after, self.then = server, after, then
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(path))
        self.listener.listen()
        self.open: list[socket.socket] = [self.listener]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        for one in self.open:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self.server)
                self.open += [client, server]
                threading.Thread(target=self._pass, args=(client, server, None), daemon=True).start()
                threading.Thread(target=self._pass, args=(server, client, self.after), daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, left: int | None) -> None:
        """A server whose client neither reads nor hangs up would block other work: it is always read to the end."""
        is_whole = True
        with suppress(OSError):
            while data := source.recv(1 << 14):
                if left is not None and is_whole and (left := left - len(data)) < 0:
                    is_whole = False
                    if self.then == "garbage":
                        target.sendall(b"\x07\xfe\x00" * 5000)
                    if self.then != "silence":
                        target.shutdown(socket.SHUT_RDWR)
                if is_whole:
                    target.sendall(data)
