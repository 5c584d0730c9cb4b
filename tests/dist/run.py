"""Unpacks the distribution into a root with nothing but the C library, and asks a question there.

    run.py ARCHIVE
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

LINES = "订单编号,买家实付金额,订单付款时间,订单状态\n1,10.50,2025-01-02 10:00:00,交易成功\n2,20.25,2025-01-03 11:00:00,交易成功\n"


def libraries(program: Path) -> list[Path]:
    """The C library's files that the program is linked with; anything else fails the test."""
    listed = subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    found = [Path(path) for path in re.findall(r"(/\S+\.so\S*)", listed)]
    allowed = re.compile(r"(ld-linux.*|libc|libm|libgcc_s|libdl|libpthread|librt)\.so")
    foreign = [path.name for path in found if not allowed.match(path.name)]
    assert not foreign, f"the program needs {', '.join(foreign)}"
    return found


def main() -> int:
    if os.geteuid() != 0:
        print("skipped: a root of its own needs root")
        return 0
    root = Path(tempfile.mkdtemp(prefix="yunheng-dist-"))
    try:
        with tarfile.open(sys.argv[1]) as archive:
            archive.extractall(root, filter="data")
        folder = next(root.glob("yunheng-*"))
        for name in ("yunheng", "templates", "guide", "LICENSE", "THIRD-PARTY.md"):
            assert (folder / name).exists(), f"the archive has no {name}"
        for library in libraries(folder / "yunheng"):
            target = root / str(library).lstrip("/")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(library.resolve(), target)
        (root / "tmp").mkdir()
        (root / "tmp/orders.csv").write_text(LINES, encoding="utf-8")

        def run(*arguments: str) -> str:
            command = ["chroot", root, f"/{folder.name}/yunheng", *arguments]
            done = subprocess.run(command, capture_output=True, text=True, env={"LANG": "C.UTF-8", "HOME": "/tmp"}, check=False)
            assert done.returncode == 0, f"{' '.join(arguments)}: {done.stdout}{done.stderr}"
            return done.stdout

        run("init", "/tmp/shop")
        run("-C", "/tmp/shop", "import", "orders", "/tmp/orders.csv")
        answer = run("-C", "/tmp/shop", "query", "--metrics", "paid_amount", "--format", "csv")
        assert "30.75" in answer, f"another answer: {answer}"
        size = Path(sys.argv[1]).stat().st_size / 1e6
        print(f"dist: {size:.0f} MB, program {(folder / 'yunheng').stat().st_size / 1e6:.0f} MB, answered in a bare root")
    finally:
        shutil.rmtree(root, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
