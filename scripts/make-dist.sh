#!/usr/bin/env bash
# Puts together the archive that needs neither .NET nor a compiler: player, plug-in, packs, the .NET runtime, licences, install.sh.
# usage: scripts/make-dist.sh OUTPUT_DIR     leaves vqwave-VERSION-linux-x64.tar.gz and its .sha256 there; bin/VQWave.vst3 must be built
# The runtime is that of the installed SDK, copied: no package holds it here.
set -euo pipefail
cd "$(dirname "$0")/.."
output=${1:?folder for the archive}
dotnet=${DOTNET:-dotnet}
[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "The archive is made for and on Linux on x86-64." >&2; exit 1; }

version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' Directory.Build.props)
framework=$(sed -n 's:.*<VQWaveTargetFramework>\(.*\)</VQWaveTargetFramework>.*:\1:p' Directory.Build.props)
name=vqwave-$version-linux-x64
mkdir -p "$output"
staging=$(mktemp -d "$output/.dist.XXXXXX")
trap 'rm -rf "$staging"' EXIT
root=$staging/$name
mkdir -p "$root/bin" "$root/lib" "$root/licenses"

# What make published, without what only developers read.
built=src/VQWave.Player/bin/publish
mkdir "$root/lib/vqwave"
cp "$built"/vqwave "$built"/vqwave-surface "$built"/*.dll "$built"/*.deps.json "$built"/*.runtimeconfig.json "$built"/libonnxruntime.so \
    "$built"/libonnxruntime_providers_shared.so "$root/lib/vqwave/"
cp scripts/dist/vqwave "$root/bin/vqwave"

# The newest patch of the runtime that the program was built for.
runtime=$($dotnet --list-runtimes | sed -n "s:^Microsoft.NETCore.App \(${framework#net}\.[0-9]*\) \[\(.*\)\]$:\2/\1:p" | sort -V | tail -1)
[ -n "$runtime" ] || { echo "There is no runtime for $framework in this .NET installation." >&2; exit 1; }
dotnet_root=$(dirname "$(dirname "$(dirname "$runtime")")")
patch=$(basename "$runtime")
mkdir -p "$root/lib/dotnet/host/fxr" "$root/lib/dotnet/shared/Microsoft.NETCore.App"
cp -R "$runtime" "$root/lib/dotnet/shared/Microsoft.NETCore.App/"
cp -R "$dotnet_root/host/fxr/$(ls "$dotnet_root/host/fxr" | sort -V | tail -1)" "$root/lib/dotnet/host/fxr/"
# The live surface's server stands on ASP.NET Core, of the same patch.
aspnet=$(dirname "$(dirname "$runtime")")/Microsoft.AspNetCore.App/$patch
[ -d "$aspnet" ] || { echo "There is no ASP.NET Core $patch in this .NET installation, which the live surface needs." >&2; exit 1; }
mkdir "$root/lib/dotnet/shared/Microsoft.AspNetCore.App"
cp -R "$aspnet" "$root/lib/dotnet/shared/Microsoft.AspNetCore.App/"
# Tools for debuggers only.
rm -f "$root/lib/dotnet/shared/Microsoft.NETCore.App/$patch"/{createdump,libmscordbi.so,libmscordaccore.so,*.pdb}

cp -R bin/VQWave.vst3 "$root/"
rm -f "$root/VQWave.vst3/Contents/.built"
# One copy of the packs serves both until they are installed.
ln -s VQWave.vst3/Contents/Resources/models "$root/models"

cp LICENSE THIRD-PARTY-NOTICES.md "$root/"
for file in LICENSE.txt ThirdPartyNotices.txt; do
    [ -f "$dotnet_root/$file" ] && cp "$dotnet_root/$file" "$root/licenses/dotnet-$file"
done
cp node_modules/com.github.asus4.onnxruntime/LICENSE "$root/licenses/onnxruntime-package-LICENSE.txt"
cp node_modules/com.github.asus4.onnxruntime/ThirdPartyNotices.txt "$root/licenses/onnxruntime-ThirdPartyNotices.txt"
for package in preact @preact/signals @preact/signals-core; do
    cp "src/VQWave.Surface/page/node_modules/$package/LICENSE" "$root/licenses/$(echo "$package" | tr -d @ | tr / -)-LICENSE.txt"
done
cp scripts/dist/licenses/* "$root/licenses/"
cp scripts/dist/install.sh scripts/dist/README.txt "$root/"
sed -i "s/@VERSION@/$version/g" "$root/README.txt" "$root/install.sh"
chmod 755 "$root/install.sh" "$root/bin/vqwave" "$root/lib/vqwave/vqwave" "$root/lib/vqwave/vqwave-surface"
chmod -R u=rwX,go=rX "$root"
(cd "$root" && find . -type f ! -name SHA256SUMS -print0 | LC_ALL=C sort -z | xargs -0 sha256sum >SHA256SUMS)

archive=$name.tar.gz
tar -C "$staging" --sort=name --owner=0 --group=0 --numeric-owner -czf "$staging/$archive" "$name"
(cd "$staging" && sha256sum "$archive" >"$archive.sha256")
mv "$staging/$archive" "$staging/$archive.sha256" "$output/"
echo "$output/$archive: $(du -h "$output/$archive" | cut -f1), .NET $patch inside" >&2
