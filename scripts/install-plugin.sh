#!/usr/bin/env bash
# Puts the built bundle where hosts look for it; the one that is there is replaced as a whole.
# usage: scripts/install-plugin.sh bin/VQWave.vst3 [FOLDER]
set -euo pipefail
bundle=$1
folder=${2:-$HOME/.vst3}
mkdir -p "$folder"
staging=$(mktemp -d "$folder/.vqwave.XXXXXX")
trap 'rm -rf "$staging"' EXIT
cp -R "$bundle" "$staging/"
rm -rf "$folder/$(basename "$bundle")"
mv "$staging/$(basename "$bundle")" "$folder/"
echo "installed $folder/$(basename "$bundle"): scan for new plug-ins in your host" >&2
