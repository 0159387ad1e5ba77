#!/usr/bin/env bash
# Writes a launcher for a built program, so that bin/ holds what a user types.
# usage: scripts/launcher.sh bin/NAME PROJECT_DIR CONFIGURATION
set -euo pipefail
target=$1 project=$2 configuration=$3
name=$(basename "$target")
# What is published is there for use; a program that is only built is run from where it is built.
built=$project/bin/publish/$name
[ -e "$built" ] || built=$(ls "$project/bin/$configuration"/*/"$name" | head -1)
mkdir -p "$(dirname "$target")"
temporary=$(mktemp "$(dirname "$target")/.launcher.XXXXXX")
cat >"$temporary" <<LAUNCHER
#!/bin/sh
# Made by make: runs $built from any folder, also through a link.
exec "\$(dirname "\$(readlink -f "\$0")")/../$built" "\$@"
LAUNCHER
chmod 755 "$temporary"
mv "$temporary" "$target"
