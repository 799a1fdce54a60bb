"""The PostgreSQL server next to the benchmarks, over psql."""

from __future__ import annotations

import os
import subprocess
from urllib.parse import urlsplit, urlunsplit

# Set by scripts/with-services.sh.
URL_NAME = "FANFARE_TEST_POSTGRES_URL"


def url(database: str) -> str:
    """The connection URL of a database on that server."""
    given = os.environ.get(URL_NAME)
    if not given:
        raise SystemExit(f"{URL_NAME} is not set: run `make bench`")
    return urlunsplit(urlsplit(given)._replace(path=f"/{database}"))


def run(database: str, sql: str) -> str:
    """Runs SQL and returns its unaligned output. An error ends the program with what psql says."""
    command = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1", url(database)]
    done = subprocess.run(command, input=sql, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"psql on {database}: {done.stderr.strip()}")
    return done.stdout.strip()


def create(database: str) -> str:
    """Creates an empty database and returns its URL."""
    run("postgres", f"drop database if exists {database} with (force);\ncreate database {database};")
    return url(database)


def main_process() -> int:
    """The process that all connections' processes descend from."""
    return int(run("postgres", "select split_part(pg_read_file('postmaster.pid'), E'\\n', 1)"))
