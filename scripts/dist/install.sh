#!/bin/sh
# Installs VQWave @VERSION@ for you, without root; what an earlier version left is replaced as a whole.
# usage: ./install.sh [--prefix DIR] [--vst3 DIR] [--uninstall]
#   --prefix DIR   program into DIR/lib/vqwave, linked as DIR/bin/vqwave (default: ~/.local)
#   --vst3 DIR     plug-in into DIR (default: ~/.vst3)
#   --uninstall    remove both; packs, presets, takes and settings of yours stay
set -eu
prefix=$HOME/.local
vst3=$HOME/.vst3
remove=no
while [ $# -gt 0 ]; do
    case $1 in
        --prefix | --vst3)
            [ $# -gt 1 ] && [ -n "$2" ] || { echo "$1 needs a folder. See $0 --help." >&2; exit 2; }
            if [ "$1" = --prefix ]; then prefix=$2; else vst3=$2; fi
            shift 2 ;;
        --uninstall) remove=yes; shift ;;
        -h | --help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
        *) echo "There is no option '$1'. See $0 --help." >&2; exit 2 ;;
    esac
done
here=$(cd "$(dirname "$0")" && pwd)
program=$prefix/lib/vqwave
link=$prefix/bin/vqwave
bundle=$vst3/VQWave.vst3

if [ $remove = yes ]; then
    rm -rf "$program" "$bundle"
    [ ! -L "$link" ] || rm -f "$link"
    echo "removed $program, $link and $bundle"
    exit 0
fi

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] || { echo "This archive is for Linux on x86-64." >&2; exit 1; }
if command -v sha256sum >/dev/null 2>&1; then
    (cd "$here" && sha256sum --check --quiet --strict SHA256SUMS >/dev/null 2>&1) || {
        echo "This archive is damaged: files differ from SHA256SUMS; unpack it again, or get it again." >&2
        exit 1
    }
fi
if [ -e "$link" ] && [ ! -L "$link" ]; then
    echo "$link is there and is not a link of ours: move it away, or give another --prefix." >&2
    exit 1
fi

# Each whole or not at all: copied beside, then exchanged.
mkdir -p "$prefix/lib" "$prefix/bin" "$vst3"
new=$(mktemp -d "$prefix/lib/.vqwave.XXXXXX")
newplugin=$(mktemp -d "$vst3/.vqwave.XXXXXX")
trap 'rm -rf "$new" "$newplugin"' EXIT
mkdir "$new/vqwave"
cp -R "$here/bin" "$here/lib" "$here/licenses" "$here/LICENSE" "$here/THIRD-PARTY-NOTICES.md" "$new/vqwave/"
cp -RL "$here/models" "$new/vqwave/models"
cp -R "$here/VQWave.vst3" "$newplugin/"
chmod 755 "$new/vqwave"
rm -rf "$program"
mv "$new/vqwave" "$program"
rm -rf "$bundle"
mv "$newplugin/VQWave.vst3" "$bundle"
ln -sfn "$program/bin/vqwave" "$link"
echo "installed $link"
echo "installed $bundle: scan for new plug-ins in your host"

# Sound, MIDI and files go through libraries of the system.
known=$( (ldconfig -p || /sbin/ldconfig -p) 2>/dev/null || true)
missing=
need() { # library, Debian package
    case $known in *"$1 "*) ;; *) missing="$missing $2" ;; esac
}
need libsndfile.so.1 libsndfile1
need libportaudio.so.2 libportaudio2
need librtmidi.so.6 librtmidi6
need libjack.so.0 libjack-jackd2-0
need libstdc++.so.6 libstdc++6
need libssl.so.3 libssl3
if [ -n "$missing" ] && [ -n "$known" ]; then
    echo "For sound, MIDI and audio files install from your distribution (Debian's names):$missing"
fi
case :$PATH: in *":$prefix/bin:"*) ;; *) echo "$prefix/bin is not on your PATH: add it, or type $link" ;; esac
"$link" models >/dev/null || { echo "The installed program does not start: see the message above." >&2; exit 1; }
