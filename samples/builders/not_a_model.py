"""Files that bear a model's name and are something else."""

import io
import struct
import zipfile
import zlib

from .sample import Malformed
from .valid_gguf import small

HTML = b"""<!DOCTYPE html>
<html>
<head><title>403 Forbidden</title></head>
<body><h1>403 Forbidden</h1><p>Sign in to download this file.</p></body>
</html>
"""


def git_lfs_pointer(size):
    return (b"version https://git-lfs.github.com/spec/v1\n"
            b"oid sha256:" + b"0123456789abcdef" * 4 + b"\n"
            b"size " + str(size).encode() + b"\n")


def zip_archive(name, data):
    """Stored, not compressed, so that the bytes do not depend on the version of zlib."""
    member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    member.create_system = 3
    member.external_attr = 0o644 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(member, data)
    return buffer.getvalue()


def gzip_stored(data):
    """A gzip file with one stored block."""
    header = bytes([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
    block = struct.pack("<BHH", 1, len(data), len(data) ^ 0xFFFF) + data
    return header + block + struct.pack("<II", zlib.crc32(data), len(data))


def samples():
    model = small("base").build()
    pickle = b"\x80\x02}q\x00."  # an empty dictionary
    table = [
        ("git-lfs-pointer", "The file is a git-LFS pointer, not the model it points to.", git_lfs_pointer(4402341472)),
        ("html-page", "The file is the HTML page of a failed download.", HTML),
        ("zip", "The file is a zip archive.", zip_archive("model.gguf", model)),
        ("gzip", "The file is a GGUF compressed with gzip.", gzip_stored(model)),
        ("empty", "The file is empty.", b""),
        ("one-byte", "The file is the single letter G.", b"G"),
        ("zeros", "The file is 64 zero bytes, as a download that reserved its space leaves it.", bytes(64)),
        ("text", "The file is plain text.", b"Please see the other repository.\n"),
    ]
    samples = [Malformed(f"not-gguf-{name}.gguf", "gguf", breaks, data) for name, breaks, data in table]
    table = [
        ("git-lfs-pointer", "The file is a git-LFS pointer, not the model it points to.", git_lfs_pointer(4400216536)),
        ("html-page", "The file is the HTML page of a failed download.", HTML),
        ("pytorch-zip", "The file is a PyTorch checkpoint, a zip archive with a pickle.",
         zip_archive("archive/data.pkl", pickle)),
        ("pickle", "The file is a Python pickle.", pickle),
        ("empty", "The file is empty.", b""),
        ("zeros", "The file is 64 zero bytes, as a download that reserved its space leaves it.", bytes(64)),
    ]
    return samples + [Malformed(f"not-safetensors-{name}.safetensors", "safetensors", breaks, data)
                      for name, breaks, data in table]
