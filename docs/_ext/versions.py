"""The versions of the website that lie beside each other, listed for the switch in the head of each page.

The idea in three lines: the newest version stands at the top of a folder, each older one in a folder named after it,
and a translation in a folder of its own inside each. Every one of them gets a small script with the list of all others
(`_static/version-list.js`); an old version thus knows of newer ones without being built again. A script and not a
JSON file, because a browser reads no other file for a page that was opened from a folder.

    python docs/_ext/versions.py SITE                    list what is there
    python docs/_ext/versions.py SITE EARLIER.zip ...    unpack sites of earlier releases first, then list

*Left out*: which pages say the same in two versions. A page that the other version lacks leads to its start.
"""

import argparse
import json
import os
import pathlib
import sys
import zipfile

from packaging.version import InvalidVersion, Version

INVENTORY = "objects.inv"  # every site that Sphinx builds has one; its third line is "# Version: 0.1.0"
LIST = pathlib.Path("_static", "version-list.js")


def version_of(site: pathlib.Path) -> str | None:
    """Return the version of a built site, None for a folder that is none."""
    try:
        with (site / INVENTORY).open("rb") as file:
            lines = [file.readline().decode("utf-8", "replace") for _ in range(3)]
    except OSError:
        return None
    return lines[2].removeprefix("# Version:").strip() if lines[2].startswith("# Version:") else None


def find_versions(top: pathlib.Path) -> dict[str, pathlib.Path]:
    """Return the folder of each version below the top one, the newest version first."""
    found = {version_of(top): top}
    for folder in sorted(path for path in top.iterdir() if path.is_dir()):
        version = version_of(folder)
        if version is not None and folder.name == version:  # a translation is named after its language
            found.setdefault(version, folder)
    found.pop(None, None)
    return dict(sorted(found.items(), key=lambda pair: Version(pair[0]), reverse=True))


def translations(site: pathlib.Path) -> list[str]:
    """Return the folders of the languages inside a site: those that are built sites of the same version."""
    version = version_of(site)
    inside = [path for path in site.iterdir() if path.is_dir()]
    return sorted(path.name for path in inside if path.name != version and version_of(path) == version)


def pages_of(site: pathlib.Path, others: set[str]) -> set[str]:
    """Return the names of a site's pages, without those of the sites inside it."""
    paths = [path.relative_to(site) for path in site.rglob("*.html")]
    return {path.with_suffix("").as_posix() for path in paths if path.parts[0] not in {"_static", *others}}


def write_lists(top: pathlib.Path) -> list[str]:
    """Write the list of all versions into each of them; return the versions."""
    versions = find_versions(top)
    sites = {version: ["", *translations(folder)] for version, folder in versions.items()}
    pages = {
        (version, language): pages_of(folder / language, {*versions, *sites[version][1:]})
        for version, folder in versions.items()
        for language in sites[version]
    }
    for (version, language), own in pages.items():
        here = versions[version] / language
        rows = []
        for other, folder in versions.items():
            same = language if language in sites[other] else ""  # an older version may not have been translated
            up = pathlib.PurePath(os.path.relpath(folder / same, here)).as_posix()
            rows.append({"name": other, "path": up, "lacks": sorted(own - pages[other, same])})
        (here / LIST).parent.mkdir(exist_ok=True)
        (here / LIST).write_text(f"globalThis.siteVersions = {json.dumps(rows)};\n", encoding="utf-8")
    return list(versions)


def unpack(archive: pathlib.Path, top: pathlib.Path) -> None:
    """Unpack the site of an earlier release into a folder named after its version; the top one is not replaced."""
    try:
        packed = zipfile.ZipFile(archive)
    except (OSError, zipfile.BadZipFile) as error:
        raise SystemExit(f"{archive} is no archive of a built site: {error}.") from None
    with packed:
        try:
            line = packed.read(INVENTORY).split(b"\n")[2].decode()
            version = str(Version(line.removeprefix("# Version:").strip()))  # nothing else becomes a folder's name
        except (KeyError, IndexError):
            raise SystemExit(f"{archive} is no archive of a built site: it has no {INVENTORY}.") from None
        except (InvalidVersion, UnicodeDecodeError) as error:
            raise SystemExit(f"{archive} is no archive of a built site: {error}.") from None
        if version != version_of(top):
            packed.extractall(top / version)


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("site", type=pathlib.Path, help="the folder of the newest version's pages")
    parser.add_argument("archives", nargs="*", type=pathlib.Path, help="archives of earlier ones, from nox -s site_zip")
    options = parser.parse_args()
    if version_of(options.site) is None:
        raise SystemExit(f"{options.site} is no built site: it has no {INVENTORY}.")
    for archive in options.archives:
        unpack(archive, options.site)
    sys.stdout.write("".join(f"{version}\n" for version in write_lists(options.site)))


if __name__ == "__main__":
    main()
