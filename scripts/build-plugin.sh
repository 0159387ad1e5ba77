#!/usr/bin/env bash
# Publishes the plug-in by NativeAOT and puts its bundle together: the library, ONNX Runtime beside it, the shipped packs, presets, licences.
# usage: scripts/build-plugin.sh bin/VQWave.vst3
set -euo pipefail
cd "$(dirname "$0")/.."
target=$1
configuration=${CONFIGURATION:-Release}
dotnet=${DOTNET:-dotnet}
case "$(uname -m)" in
    x86_64) rid=linux-x64 folder=x86_64-linux ;;
    aarch64) rid=linux-arm64 folder=aarch64-linux ;;
    *) echo "There is no ONNX Runtime for a $(uname -m) here." >&2; exit 1 ;;
esac

framework=$(sed -n 's:.*<VQWavePluginFramework>\(.*\)</VQWavePluginFramework>.*:\1:p' Directory.Build.props)
$dotnet publish plugin/VQWave.Plugin/VQWave.Plugin.csproj --nologo -v quiet -c "$configuration" -r $rid ${BUILD_OPTIONS:-}
if [ $rid = linux-x64 ]; then
    $dotnet publish plugin/VQWave.Plugin/VQWave.Plugin.csproj --nologo -v quiet -c "$configuration" -r $rid -p:VQWaveAvx2=true ${BUILD_OPTIONS:-}
fi
$dotnet build plugin/VQWave.Bundle/VQWave.Bundle.csproj --nologo -v quiet -clp:NoSummary -c "$configuration" ${BUILD_OPTIONS:-}
published=plugin/VQWave.Plugin/bin/$configuration/$framework/$rid/publish

# Whole or not at all: a host may be looking at the one that is there.
mkdir -p "$(dirname "$target")"
staging=$(mktemp -d "$(dirname "$target")/.bundle.XXXXXX")
trap 'rm -rf "$staging"' EXIT
bundle=$staging/$(basename "$target")
mkdir -p "$bundle/Contents/$folder" "$bundle/Contents/Resources/models"
cp "$published/VQWave.Plugin.so" "$bundle/Contents/$folder/$(basename "$target" .vst3).so"
if [ $rid = linux-x64 ]; then
    cp plugin/VQWave.Plugin/bin/avx2/publish/VQWave.Plugin.so "$bundle/Contents/$folder/$(basename "$target" .vst3)-avx2.so"
fi
cp "$published/libonnxruntime.so" "$bundle/Contents/$folder/"
cp -R models/* "$bundle/Contents/Resources/models/"
cp LICENSE THIRD-PARTY-NOTICES.md "$bundle/Contents/Resources/"
env -u VQWAVE_MODELS XDG_DATA_HOME="$staging/data" "$(ls plugin/VQWave.Bundle/bin/"$configuration"/*/VQWave.Bundle | head -1)" "$bundle"
chmod -R u=rwX,go=rX "$bundle"
rm -rf "$target"
mv "$bundle" "$target"
