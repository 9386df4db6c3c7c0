"""Troubles of the machine, such as a full disk: no fault of an export, a signal or Waystage, and gone another night.

What is at fault must stop the job wherever errors are otherwise told of one file or one signal: else a night without
room would publish, and remember, that every export is broken.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator

DO = {
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or have the quota raised",
    errno.EFBIG: "raise the limit on the size of files (ulimit -f)",
    errno.EMFILE: "raise the limit on open files (ulimit -n)",
    errno.ENFILE: "close other programs",
    errno.ENOMEM: "free some memory",
    errno.EROFS: "make it writable",
}
# how libraries say the same that give no number: DuckDB in the words of the system, the rest in their own
WORDS = {os.strerror(number): do for number, do in DO.items()} | {
    "database or disk is full": DO[errno.ENOSPC],
    "disk I/O error": "see that its disk has room and is sound",
    "failed to offload data block": DO[errno.ENOSPC],
    "attempt to write a readonly database": DO[errno.EROFS],
}
DENIED = (errno.EACCES, errno.EPERM)
# errors of DuckDB, SQLite and SQLAlchemy; those of other kinds repeat an export, and tickets tell of full disks
OF_WORK = {"OperationalError", "FatalException"}


def is_at_fault(error: BaseException) -> bool:
    """Whether the machine is, and not what was being read."""
    return any(_do(one) is not None for one in _chain(error))


def instruction(error: BaseException) -> str | None:
    """What the machine lacks and what to do about it, where that is what an error of our own work comes from."""
    for one in _chain(error):
        do = _do(one)
        if do is None and isinstance(one, OSError) and one.errno in DENIED:
            do = "unlock it for the user who runs Waystage"
        if do is not None:
            return f"{_seen(one)}; {do}, then run again"
    return None


def _do(error: BaseException) -> str | None:
    if isinstance(error, OSError) and error.errno in DO:
        return DO[error.errno]
    if OF_WORK.isdisjoint(kind.__name__ for kind in type(error).__mro__):
        return None
    return next((do for words, do in WORDS.items() if words in str(error)), None)


def _seen(error: BaseException) -> str:
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error).strip().splitlines()[0]


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that it comes from, each once: what is raised again in its own handler comes from itself."""
    following: BaseException | None = error
    seen: set[int] = set()
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or following.__context__
