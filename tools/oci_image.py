#!/usr/bin/env python3
"""Builds an OCI image of riverd out of files of this machine: the binary, the libraries that it loads, and the CA certificates.

    tools/oci_image.py --binary target/release/riverd --root target/image-root --archive target/riverd-oci.tar

Needs no registry and no container tool. The archive can be loaded with `podman load`, `docker load` or `skopeo copy oci-archive:…`.
"""

import argparse
import gzip
import hashlib
import io
import json
import os
import pathlib
import platform
import shutil
import subprocess
import tarfile

CONFIG = {
    "User": "65532:65532",
    "Env": ["RIVERD_CONFIG=/etc/riverd/feeds.toml", "RIVERD_STATE_DIR=/var/lib/riverd",
            "SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt"],
    "Entrypoint": ["/usr/bin/riverd"],
    "Cmd": ["run"],
    "Volumes": {"/var/lib/riverd": {}},
    "ExposedPorts": {"8080/tcp": {}},
    "StopSignal": "SIGTERM",
}
# The name service loads these while riverd runs, so `ldd` does not name them.
NAME_SERVICE = ["libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"]


def libraries(binary):
    """Returns the paths of the libraries that the binary loads. A static binary has none."""
    listed = subprocess.run(["ldd", binary], capture_output=True, text=True)
    paths = [word for line in listed.stdout.splitlines() for word in line.split() if word.startswith("/")]
    if not paths:
        return []
    folder = pathlib.Path(next(path for path in paths if "libc.so" in path)).parent
    return paths + [str(folder / name) for name in NAME_SERVICE if (folder / name).exists()]


def build_root(binary, root):
    shutil.rmtree(root, ignore_errors=True)
    files = {"/usr/bin/riverd": binary, "/etc/ssl/certs/ca-certificates.crt": "/etc/ssl/certs/ca-certificates.crt"}
    files.update({path: path for path in libraries(binary)})
    for target, source in files.items():
        place = root / target.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(os.path.realpath(source), place)
        place.chmod(0o755 if "/lib" in target or "/bin" in target else 0o644)
    for folder in ("etc/riverd", "var/lib/riverd", "tmp"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "etc/passwd").write_text("riverd:x:65532:65532::/var/lib/riverd:/usr/bin/riverd\n")
    (root / "etc/group").write_text("riverd:x:65532:\n")


def layer_of(root):
    """Returns the files as a tar archive that depends on nothing but their contents."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            name = str(path.relative_to(root))
            entry = archive.gettarinfo(path, arcname=name)
            entry.mtime, entry.uname, entry.gname = 0, "", ""
            entry.uid = entry.gid = 65532 if name == "var/lib/riverd" else 0
            if entry.isdir():
                entry.mode = 0o700 if name == "var/lib/riverd" else 0o1777 if name == "tmp" else 0o755
            archive.addfile(entry, open(path, "rb") if path.is_file() else None)
    return buffer.getvalue()


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", default="target/release/riverd")
    parser.add_argument("--root", default="target/image-root", type=pathlib.Path)
    parser.add_argument("--archive", default="target/riverd-oci.tar")
    arguments = parser.parse_args()
    build_root(arguments.binary, arguments.root)
    layer = layer_of(arguments.root)
    packed = gzip.compress(layer, mtime=0)
    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    config = json.dumps({"architecture": machine, "os": "linux", "config": CONFIG,
                         "rootfs": {"type": "layers", "diff_ids": [digest(layer)]}}).encode()

    def described(media_type, data):
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": digest(data), "size": len(data)}

    manifest = json.dumps({"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json",
                           "config": described("config.v1+json", config),
                           "layers": [described("layer.v1.tar+gzip", packed)]}).encode()
    index = {"schemaVersion": 2, "manifests": [described("manifest.v1+json", manifest) |
             {"annotations": {"org.opencontainers.image.ref.name": "riverd:latest"}}]}
    with tarfile.open(arguments.archive, "w") as archive:
        blobs = {f"blobs/sha256/{digest(data)[7:]}": data for data in (packed, config, manifest)}
        for name, data in {"oci-layout": b'{"imageLayoutVersion":"1.0.0"}', "index.json": json.dumps(index).encode(), **blobs}.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    print(f"{arguments.archive}: {len(packed) / 1e6:.1f} MB, {digest(manifest)}")


if __name__ == "__main__":
    main()
