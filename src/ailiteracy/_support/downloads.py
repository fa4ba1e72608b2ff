"""The cache folder, and fetching into it.

A download tries its addresses in order, goes on where a broken one stopped, and lands under its name only after its
hash was checked. AILITERACY_MIRROR names a server of your own to be asked first; AILITERACY_CACHE moves the folder.
Of several processes that want the same file one fetches it, and the others wait.

Left out: several connections for one file.
"""

from __future__ import annotations

import contextlib
import logging
import os
from typing import TYPE_CHECKING, Any

from .files import check_path
from .locks import alone
from .progress import progress_bar

if TYPE_CHECKING:
    import pathlib
    from collections.abc import Iterator, Sequence

__all__ = ["MissingDataError", "cache_folder", "fetch", "make_folder", "readable_size"]

TIMEOUT = (10, 60)  # seconds to wait for a connection, and for the next piece of data
CHUNK = 1 << 16  # bytes written at a time


class MissingDataError(FileNotFoundError):
    """A file that must be fetched is not here; the message says from where, how large and where to put it."""


def cache_folder(*, write: bool = False) -> pathlib.Path:
    """Return the folder for downloads: AILITERACY_CACHE, or the user's cache folder.

    Parameters
    ----------
    write : bool, default False
        Whether it is to be written to, and therefore made if missing. For what is in it already, reading will do.

    Raises
    ------
    OSError
        When it cannot be made or written to (PermissionError when that is the reason).
    """
    import platformdirs

    chosen = os.environ.get("AILITERACY_CACHE")
    folder = check_path("AILITERACY_CACHE", chosen) if chosen else platformdirs.user_cache_path("ailiteracy")
    remedy = "Set the environment variable AILITERACY_CACHE to a folder you may write to."
    return make_folder(folder, what="the cache folder", remedy=remedy) if write else folder


def make_folder(folder: pathlib.Path, *, what: str, remedy: str) -> pathlib.Path:
    """Return the folder, made if missing, or raise an OSError that says why it cannot be written to."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "no right to write there")
    except OSError as error:
        raise type(error)(f"cannot use {what} {str(folder)!r}: {error.strerror or error}. {remedy}") from None
    return folder


def fetch(
    name: str,
    addresses: Sequence[str],
    *,
    known_hash: str,
    n_bytes: int,
    target: pathlib.Path,
    progress: bool = True,
) -> pathlib.Path:
    """Return `target` after making sure it is there and right, downloading it if it is not.

    Parameters
    ----------
    name : str
        What is fetched, as messages and mirrors call it, such as "mnist/train-images-idx3-ubyte.gz".
    addresses : sequence of str
        Full web addresses, asked in order.
    known_hash : str
        As pooch writes it: "sha256:..." or "md5:...".
    n_bytes : int
        Size, for messages and the progress bar.
    target : pathlib.Path
        Where the file belongs.
    progress : bool, default True
        Whether to draw a bar when a terminal listens.

    Raises
    ------
    MissingDataError
        When no address gave the right file.
    OSError
        When the file cannot be written.
    """
    import pooch

    mirror = os.environ.get("AILITERACY_MIRROR", "").rstrip("/")
    asked = ([f"{mirror}/{name}"] if mirror else []) + list(addresses)
    part = target.with_name(f".{target.name}.part")  # what arrived so far; kept when the connection breaks
    failures = []

    def download(url: str, output_file: str, _: Any) -> None:
        _receive(url, part, n_bytes, label=name, progress=progress)
        part.replace(output_file)

    for url in asked:
        # A part left by another address may not fit; after a wrong hash the same address is asked once more from zero.
        for _ in range(2 if part.exists() else 1):
            try:
                with alone(target.with_name(f".{target.name}.lock")), _quiet_pooch():
                    pooch.retrieve(url, known_hash, fname=target.name, path=target.parent, downloader=download)
            except ConnectionError as error:
                failures.append(f"{url}: {error}")
                break
            except ValueError:
                failures.append(f"{url}: the file that came has a wrong hash")
            except OSError as error:
                remedy = "Free some space or choose a folder you may write to; AILITERACY_CACHE names the usual one."
                raise type(error)(f"cannot write {str(target)!r}: {error.strerror or error}. {remedy}") from None
            else:
                return target
    raise MissingDataError(_not_fetched(name, n_bytes, failures, addresses, target))


def readable_size(n_bytes: float) -> str:
    """Return a number of bytes as people say it.

    Examples
    --------
    >>> readable_size(9_912_422)
    '9.9 MB'
    """
    for unit in ("bytes", "kB", "MB"):
        if n_bytes < 1000:
            return f"{n_bytes:.0f} bytes" if unit == "bytes" else f"{n_bytes:.1f} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.1f} GB"


def _receive(url: str, part: pathlib.Path, n_bytes: int, *, label: str, progress: bool) -> None:
    """Download into `part`, going on after the bytes it holds; any trouble of the net is a ConnectionError."""
    import requests
    import urllib3

    have = part.stat().st_size if part.exists() else 0
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    try:
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as answer:
            if answer.status_code == 416:  # nothing after what is here: the part is whole, or from another file
                return
            if answer.status_code >= 400:
                raise ConnectionError(f"the server says {answer.status_code} {answer.reason}")
            if answer.status_code != 206:  # the server does not resume and sends the file from its beginning
                have = 0
            chunks = answer.raw.stream(CHUNK, decode_content=False)
            with part.open("ab" if have else "wb") as file, _bar(label, n_bytes, have, progress) as bar:
                for chunk in chunks:
                    file.write(chunk)
                    bar.update(len(chunk))
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise ConnectionError(_reason(error)) from None


def _reason(error: Exception) -> str:
    """Return a short reason for a failed connection; libraries nest several inside one another."""
    import requests
    import urllib3

    if isinstance(error, requests.Timeout | urllib3.exceptions.TimeoutError):
        return "no answer in time"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    if isinstance(error, urllib3.exceptions.HTTPError):
        return "the connection broke off"
    return type(error).__name__


def _bar(label: str, n_bytes: int, have: int, progress: bool) -> Any:
    """Return a bar that counts bytes."""
    bar = progress_bar(range(n_bytes), label=label, progress=progress)
    bar.unit, bar.unit_scale = "B", True
    bar.update(have)
    return bar


@contextlib.contextmanager
def _quiet_pooch() -> Iterator[None]:
    """Keep pooch from writing to the screen for a while."""
    import pooch

    logger = pooch.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)
    try:
        yield
    finally:
        logger.setLevel(level)


def _not_fetched(
    name: str, n_bytes: int, failures: Sequence[str], addresses: Sequence[str], target: pathlib.Path
) -> str:
    """Return one message with all that is needed to get the file another way."""
    tried = "; ".join(failures) or "no address"
    source = addresses[0] if addresses else "a copy you know"
    return (
        f"cannot fetch {name!r} ({readable_size(n_bytes)}). Tried {tried}. To place it by hand, download {source} on a "
        f"machine with network and put it at {str(target)!r}; or set AILITERACY_MIRROR to a server that has {name!r}."
    )
