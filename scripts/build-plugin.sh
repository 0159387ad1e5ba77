#!/usr/bin/env bash
# Publishes the plug-in by NativeAOT as a bundle (the target MakeBundle of its project), and adds the module for processors with AVX2.
# usage: scripts/build-plugin.sh bin/VQWave.vst3
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
configuration=${CONFIGURATION:-Release}
dotnet=${DOTNET:-dotnet}
case "$(uname -m)" in
    x86_64) rid=linux-x64 ;;
    aarch64) rid=linux-arm64 ;;
    *) echo "There is no ONNX Runtime for a $(uname -m) here." >&2; exit 1 ;;
esac
publish=($dotnet publish plugin/VQWave.Plugin/VQWave.Plugin.csproj --nologo -v quiet -c "$configuration" -r $rid ${BUILD_OPTIONS:-})

# Whole or not at all: a host may be looking at the one that is there.
mkdir -p "$(dirname "$target")"
staging=$(cd "$(dirname "$target")" && mktemp -d "$PWD/.bundle.XXXXXX")
trap 'rm -rf "$staging"' EXIT
bundle=$staging/$(basename "$target")
# With the options of this build, which the target's own 'dotnet run' does not know.
$dotnet build plugin/VQWave.Bundle/VQWave.Bundle.csproj --nologo -v quiet -clp:NoSummary -c "$configuration" ${BUILD_OPTIONS:-}
"${publish[@]}" "-p:VQWaveBundle=$bundle" -p:VQWaveBundleToolIsBuilt=true
if [ $rid = linux-x64 ]; then
    "${publish[@]}" -p:VQWaveAvx2=true
    cp plugin/VQWave.Plugin/bin/avx2/publish/VQWave.Plugin.so "$bundle/Contents/x86_64-linux/VQWave-avx2.so"
fi
chmod -R u=rwX,go=rX "$bundle"
rm -rf "$target"
mv "$bundle" "$target"
