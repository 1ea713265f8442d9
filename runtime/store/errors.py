"""What a failure of the driver or of the server means, in one place.

An answer of the server (severity ERROR) says that the statement did nothing. Everything else while a commit is under
way, the end of a connection above all, says nothing about it: a backend may die after its commit became durable.
"""

from __future__ import annotations

import re
import socket
import ssl
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

import asyncpg
import msgspec

from ..model import RunRef
from ..ports import Away, Busy, Fenced, Rejected, StaleRevision, StoreError, Unreachable

POOLED_VARIABLE = "WAYMARK_DATABASE_POOLED"

FENCED = "WM001"
STALE = "WM002"

# Classes of SQLSTATE that are about the data of a statement. All others are about the database, and may pass.
OF_DATA = ("22", "23", "54", "XX")
# Those of one statement: a deadlock, a lock or an answer that did not come in time. Others may do better at once.
OF_STATEMENT = ("40P01", "55P03", "57014")
# Those that a restart or a failover brings, and that pass by themselves. Poolers say 08P01 for most that befalls them.
OF_THE_MOMENT = ("08", "25006", "53300", "57P01", "57P02", "57P03", "57P05")

MIGRATE = "run `waymark db migrate`, or in Python connect with migrate=True"
ADVICE = {
    "08003": "the server or something on the way to it closed the connection; try again",
    "08P01": f"if this is a pooler such as PgBouncer, set {POOLED_VARIABLE}=1, or in Python connect with pooled=True",
    "25006": "this server is a read-only standby; use the DSN of its primary",
    "28000": "the server's pg_hba.conf does not let this user in from here; check the user's name and sslmode",
    "28P01": "the password or the user's name is wrong; check the DSN",
    "3D000": "the database does not exist; create it with `createdb`, or correct the DSN",
    "3F000": f"waymark's schema is missing; {MIGRATE}",
    "42501": "the user lacks a privilege; let a role with CREATE on the database migrate, and grant this one USAGE on "
    "schema waymark with EXECUTE on its functions and SELECT, INSERT, UPDATE, DELETE on its tables",
    "42883": f"waymark's schema is missing or older than this version; {MIGRATE}",
    "42P01": f"waymark's schema is missing or older than this version; {MIGRATE}",
    "42703": f"waymark's schema is missing or older than this version; {MIGRATE}",
    "53100": "the server's disk is full; make room, nothing that was committed is lost",
    "53300": "the server has no connection left; raise max_connections, close others, or use a pooler",
    "55P03": "another transaction holds a row that this one needs, such as an uncommitted start with the same id; "
    "end that transaction, or try again",
    "57014": "the statement took longer than statement_timeout; the server is overloaded or waits for a lock",
    "57P03": "the server is starting or stopping; try again in a moment",
    "WM003": "set default_transaction_isolation to 'read committed' for this role or database",
}


class Address(msgspec.Struct, frozen=True):
    """Where a DSN leads, to be named in messages: never with the password."""

    host: str
    port: str
    database: str

    @classmethod
    def of(cls, dsn: str) -> Address:
        parts = urlsplit(dsn)
        tail = f"{parts.path}?{parts.query}#{parts.fragment}"
        where = parts.netloc.rpartition("@")[2]
        # An unescaped / ? or # in a password ends the host's part early, and shows the password's beginning as a host.
        if parts.scheme not in ("postgres", "postgresql") or "@" in tail or not re.fullmatch(r"[\w.,:%\[\]-]*", where):
            raise Unreachable(
                f"the DSN cannot be read{_beginning(dsn)}; it has the form "
                "postgresql://user:password@host:port/database, with special characters of the password "
                "percent-encoded (/ as %2F, @ as %40, # as %23, ? as %3F)"
            )
        extra = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host, _, port = where.rpartition(":") if re.search(r":\d*$", where) else (where, "", "")
        return cls(
            unquote(host) or extra.get("host") or "the local socket or PGHOST",
            port or extra.get("port") or "5432",
            unquote(parts.path[1:]) or extra.get("dbname") or extra.get("database") or "the default database",
        )

    def __str__(self) -> str:
        return f"database {self.database} at {self.host}, port {self.port}"


def _beginning(dsn: str) -> str:
    """What is wrong with how it begins, without any of what may be its password."""
    scheme = re.match(r"([a-z][a-z0-9+.-]{0,40})://", dsn)
    if scheme is None or scheme[1] in ("postgres", "postgresql"):
        return ""
    if scheme[1].startswith(("postgres+", "postgresql+")):
        return f": it begins with {scheme[1]}://, and the name of a driver is SQLAlchemy's affair"
    return f": it begins with {scheme[1]}://, and runs are kept in Postgres"


def is_answer(error: BaseException) -> bool:
    """Whether the server, or the driver before it sent anything, refused the statement: it did nothing."""
    if isinstance(error, asyncpg.DataError):
        return True  # the driver's, too, when it cannot encode an argument
    if not isinstance(error, asyncpg.PostgresError):
        return False
    # Poolers leave out the untranslated one. An error that the driver made up has neither.
    return (getattr(error, "severity_en", None) or getattr(error, "severity", None)) == "ERROR"


def translate(error: Exception, address: Address, doing: str) -> StoreError:
    """The error of our own that stands for a failure of the driver or the server while `doing` something."""
    sqlstate = getattr(error, "sqlstate", None) or ""
    detail = getattr(error, "detail", None) or ""
    if sqlstate == FENCED:
        return Fenced([int(part) for part in detail.split(",")])
    if sqlstate == STALE:
        return StaleRevision([_run_ref(pair) for pair in detail.split(",")])
    said = _said(error)
    if is_answer(error) and sqlstate.startswith(OF_DATA):
        return Rejected(f"could not {doing}: {address} refused the data: {said}")
    advice = ADVICE.get(sqlstate) or _advice_without_sqlstate(error)
    return _kind(error, sqlstate)(f"could not {doing}: {address}: {said}{f'; {advice}' if advice else ''}")


def _kind(error: Exception, sqlstate: str) -> type[Unreachable]:
    if is_answer(error) and sqlstate in OF_STATEMENT:
        return Busy
    if sqlstate:
        away = sqlstate.startswith(OF_THE_MOMENT) and "startup parameter" not in str(error)
    else:
        # A connection that is killed while it begins a statement shows as a mistake inside the driver.
        away = isinstance(error, OSError | asyncpg.InterfaceError | asyncpg.InternalClientError) and not isinstance(
            error, ssl.SSLError | socket.gaierror | PermissionError
        )
    return Away if away else Unreachable


def _said(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError):
        return error.strerror or str(error)
    code = getattr(error, "sqlstate", None)
    return f"{str(error).splitlines()[0] if str(error) else type(error).__name__}{f' ({code})' if code else ''}"


def _advice_without_sqlstate(error: Exception) -> str | None:
    if isinstance(error, TimeoutError):
        return "the server is overloaded, or a firewall swallows the connection"
    if isinstance(error, ssl.SSLError):
        return "the server's certificate or TLS settings do not fit the DSN's sslmode and sslrootcert"
    if isinstance(error, OSError):
        return "no server answers there; start it, or correct the host and port of the DSN"
    return None


def _run_ref(pair: str) -> RunRef:
    part, run = pair.split(":")
    return RunRef(int(part), UUID(run))
