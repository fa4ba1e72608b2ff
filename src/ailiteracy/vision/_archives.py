"""Archives unpacked with care: nothing outside the folder, nothing half done.

An archive is a list of paths and contents, and a path in it may climb out ("../../.bashrc") or be a link to elsewhere.

Left out: tar archives; sources.py takes single files out of one, by name.
Next: tiny_imagenet.py.
"""

import pathlib
import secrets
import shutil
import stat
import zipfile

__all__ = ["unpack_zip"]


def unpack_zip(archive: pathlib.Path, folder: pathlib.Path, name: str) -> pathlib.Path:
    """Unpack the folder `name` of a zip archive into `folder`; it appears when it is complete.

    Parameters
    ----------
    archive : pathlib.Path
        A zip file.
    folder : pathlib.Path
        Where ``folder / name`` shall be. When it is there already, nothing happens.
    name : str
        The one folder the archive holds at its top.

    Returns
    -------
    pathlib.Path
        ``folder / name``.

    Raises
    ------
    ValueError
        When the archive is damaged, holds no such folder, or a path in it is a link or climbs out.
    """
    target = folder / name
    if target.exists():
        return target
    part = folder / f".{name}.{secrets.token_hex(4)}.part"
    try:
        with zipfile.ZipFile(archive) as file:
            _check_paths(archive, file, name)
            file.extractall(part)
        (part / name).rename(target)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"the archive {str(archive)!r} is damaged: {error}. Delete it and fetch it again.") from None
    except OSError as error:
        if not target.exists():  # otherwise another process was faster, and its folder is as good
            remedy = "Free some space or choose a folder you may write to."
            raise type(error)(f"cannot unpack into {str(folder)!r}: {error.strerror or error}. {remedy}") from None
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return target


def _check_paths(archive: pathlib.Path, file: zipfile.ZipFile, name: str) -> None:
    """Refuse an archive with any path that is not an ordinary file or folder below `name`."""
    for member in file.infolist():
        path = pathlib.PurePosixPath(member.filename.replace("\\", "/"))
        link = stat.S_ISLNK(member.external_attr >> 16)
        if path.parts[:1] != (name,) or ".." in path.parts or link:
            what = "a link" if link else f"a path outside {name!r}"
            raise ValueError(
                f"the archive {str(archive)!r} holds {what}: {member.filename!r}. It was not unpacked; "
                "get it from a source you trust."
            )
