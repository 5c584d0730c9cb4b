#!/bin/bash
# Packs what a machine without Rust and Node needs: the program with its pages, the templates, the guide, the licences.
# Usage: dist.sh PROGRAM FOLDER
set -eu
program=$1
folder=$2
root=$(cd "$(dirname "$0")/../.." && pwd)
name=yunheng-$("$program" --version | cut -d' ' -f2)-$(uname -m)-linux
rm -rf "${folder:?}/$name"
mkdir -p "$folder/$name"
install -m 755 "$program" "$folder/$name/yunheng"
cp -r "$root/templates" "$root/docs/guide" "$root/README.md" "$root/README.zh-CN.md" "$root/LICENSE" "$folder/$name/"
python3 "$root/tests/tools/licences.py" >"$folder/$name/THIRD-PARTY.md"
tar -C "$folder" --owner=0 --group=0 -czf "$folder/$name.tar.gz" "$name"
rm -rf "${folder:?}/$name"
echo "$folder/$name.tar.gz"
