#!/usr/bin/env bash
# Adds ONNX Runtime's CUDA and TensorRT providers beside the player (make play GPU=1). Nothing else needs them; where they cannot be
# used, the player says so in a sentence and plays on the CPU.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(node -p "require('./package-lock.json').packages['node_modules/com.github.asus4.onnxruntime'].version")
case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=com.github.asus4.onnxruntime.linux-x64-gpu ;;
    MINGW*-x86_64 | MSYS*-x86_64) package=com.github.asus4.onnxruntime.win-x64-gpu ;;
    *) echo "There is no CUDA provider for $(uname -s) $(uname -m); the CPU plays." >&2; exit 0 ;;
esac
if [ ! -d "node_modules/$package" ]; then
    echo "installing the CUDA provider ($package $version, 180 MB)" >&2
    npm install --no-save --no-audit --no-fund --loglevel=error "$package@$version" || {
        echo "The CUDA provider could not be installed; the CPU plays." >&2
        exit 0
    }
fi
