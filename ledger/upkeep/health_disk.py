"""Whether the disk under a ledger keeps what is written to it, and has room for more."""

import os
import re
from pathlib import Path

from ledger.upkeep.health import Check, size_in_words

LITTLE, TOO_LITTLE = 10**9, 10**8
"""In bytes: below the first there is a note about free space, below the second a problem."""
OVER_A_NETWORK = re.compile(
    r"nfs4?|cifs|smb\w*|9p|afs|ceph|lustre|gfs2?|ocfs2|beegfs|glusterfs|gpfs|davfs|vboxsf|prl_fs|"
    r"drvfs|virtiofs|fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|vmhgfs.*|.*smb.*|.*nfs.*)"
)
IN_MEMORY = ("tmpfs", "ramfs")


def filesystem(kind: str) -> Check:
    """Judge a kind of file system, by the name that Linux has for it."""
    if OVER_A_NETWORK.fullmatch(kind):
        return Check(
            "filesystem", "problem", f"{kind}, which is shared between machines",
            "move the ledger to a disk of this machine, or into PostgreSQL: SQLite's write-ahead"
            " log and its locks do not work here, and entries can be lost",
        )  # fmt: skip
    if kind in IN_MEMORY:
        return Check(
            "filesystem", "note", f"{kind}, which is gone when the machine stops",
            "keep a ledger that matters on a disk",
        )  # fmt: skip
    if kind in ("overlay", "aufs"):
        return Check(
            "filesystem", "note", f"{kind}, which is gone with its container",
            "keep a ledger that matters on a volume",
        )  # fmt: skip
    if kind.startswith("fuse"):
        return Check(
            "filesystem", "note", f"{kind}, which may or may not wait for a disk and keep locks",
            "keep a ledger that matters on a disk of this machine",
        )  # fmt: skip
    return Check("filesystem", "fine", kind)


def space(free: int, size: int) -> Check:
    """Judge how much room there is beside a ledger; both are in bytes."""
    said = f"{size_in_words(free)} free"
    if free < TOO_LITTLE:
        return Check("space", "problem", said, "make room: an append needs it, and a backup more")
    if free < max(LITTLE, 2 * size):
        return Check(
            "space", "note", f"{said} beside a ledger of {size_in_words(size)}", "make room"
        )
    return Check("space", "fine", said)


def filesystem_of(path: Path, mounts: str) -> str | None:
    """Return the kind of file system an absolute path is on, by Linux's /proc/self/mountinfo."""
    best: tuple[int, str] | None = None
    for line in mounts.splitlines():
        before, found, after = line.partition(" - ")
        fields = before.split()
        if not found or len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if path.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = len(point), after.split()[0]  # of two on one point, the later one counts
    return best[1] if best else None


def filesystem_at(path: Path) -> str | None:
    """Return the kind of file system a path is on; None where there is no telling."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
        return filesystem_of(path.resolve(), mounts)
    except (OSError, RuntimeError):
        return None  # no Linux, or a path that leads round in a circle


def free_at(folder: Path) -> int | None:
    """Return the bytes that this user may still write to a folder, or to where it would be."""
    for each in (folder, *folder.parents):
        try:
            found = os.statvfs(each)
        except OSError:
            continue
        return found.f_bavail * found.f_frsize
    return None
