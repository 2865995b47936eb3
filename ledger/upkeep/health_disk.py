"""Check the disk of a ledger: whether its file system is durable, and its free space."""

import os
import re
from pathlib import Path

from ledger.upkeep.health import Check, size_in_words

LITTLE, TOO_LITTLE = 10**9, 10**8
"""In bytes of free space: below the first is a note, below the second a problem."""
OVER_A_NETWORK = re.compile(
    r"nfs4?|cifs|smb\w*|9p|afs|ceph|lustre|gfs2?|ocfs2|beegfs|glusterfs|gpfs|davfs|vboxsf|prl_fs|"
    r"drvfs|virtiofs|fuse\.(sshfs|rclone|s3fs|gcsfuse|glusterfs|davfs2?|vmhgfs.*|.*smb.*|.*nfs.*)"
)
IN_MEMORY = ("tmpfs", "ramfs")


def filesystem(kind: str) -> Check:
    """Check a type of file system, by its name in Linux."""
    if OVER_A_NETWORK.fullmatch(kind):
        return Check(
            "filesystem", "problem", f"{kind}, a network file system",
            "move the ledger to a local disk, or into PostgreSQL: SQLite's write-ahead log and its"
            " locks do not work here, and entries can be lost",
        )  # fmt: skip
    if kind in IN_MEMORY:
        return Check(
            "filesystem", "note", f"{kind}, which is lost when the machine stops",
            "keep a ledger that matters on a disk",
        )  # fmt: skip
    if kind in ("overlay", "aufs"):
        return Check(
            "filesystem", "note", f"{kind}, which is lost with its container",
            "keep a ledger that matters on a volume",
        )  # fmt: skip
    if kind.startswith("fuse"):
        return Check(
            "filesystem", "note", f"{kind}, which may not sync to disk or support locks",
            "keep a ledger that matters on a local disk",
        )  # fmt: skip
    return Check("filesystem", "fine", kind)


def space(free: int, size: int) -> Check:
    """Check the free space beside a ledger of a size, both in bytes."""
    message = f"{size_in_words(free)} free"
    if free < TOO_LITTLE:
        return Check(
            "space", "problem", message, "free some space: an append needs it, and a backup more"
        )
    if free < max(LITTLE, 2 * size):
        return Check(
            "space",
            "note",
            f"{message} beside a ledger of {size_in_words(size)}",
            "free some space",
        )
    return Check("space", "fine", message)


def filesystem_of(path: Path, mounts: str) -> str | None:
    """Return the file system type of an absolute path, by the text of /proc/self/mountinfo."""
    best: tuple[int, str] | None = None
    for line in mounts.splitlines():
        before, found, after = line.partition(" - ")
        fields = before.split()
        if not found or len(fields) < 5 or not after:
            continue
        point = re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), fields[4])
        if path.is_relative_to(point) and (best is None or len(point) >= best[0]):
            best = len(point), after.split()[0]  # of two mounts on one point, the later counts
    return best[1] if best else None


def filesystem_at(path: Path) -> str | None:
    """Return the file system type of a path; None if it is unknown."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
        return filesystem_of(path.resolve(), mounts)
    except (OSError, RuntimeError):
        return None  # not on Linux, or a symbolic link loop


def free_at(folder: Path) -> int | None:
    """Return the bytes free for this user in a folder or its nearest existing parent."""
    for each in (folder, *folder.parents):
        try:
            found = os.statvfs(each)
        except OSError:
            continue
        return found.f_bavail * found.f_frsize
    return None
