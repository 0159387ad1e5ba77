#!/usr/bin/env bash
# Installs what VQWave needs from the distribution.
# usage: scripts/setup.sh play    libraries for playing: audio files, sound devices (not needed where they are already there)
#        scripts/setup.sh train   the above, and libtorch, a C++ compiler, fluidsynth, HDF5 and ffmpeg
#        scripts/setup.sh plugin  what compiling the plug-in ahead of time needs: a linker and zlib
#        scripts/setup.sh daw     Ardour, and an X server without a screen for it
#        scripts/setup.sh test    the above, a JACK server for tests without a sound card, and Chromium for the live surface
set -euo pipefail

play=(libsndfile1 libportaudio2 librtmidi6 libjack-jackd2-0)
train=("${play[@]}" ffmpeg libtorch-dev libgloo-dev libopenblas0-openmp cmake g++ make libhdf5-103-1 fluidsynth fluid-soundfont-gm)
plugin=(gcc libc6-dev zlib1g-dev)
daw=(ardour xvfb xauth)
test=("${train[@]}" "${plugin[@]}" jackd2 dpf-source zam-plugins chromium fonts-dejavu-core)
case "${1:-play}" in
    play) packages=("${play[@]}") ;;
    train) packages=("${train[@]}") ;;
    daw) packages=("${daw[@]}") ;;
    plugin) packages=("${plugin[@]}") ;;
    test) packages=("${test[@]}") ;;
    *) echo "usage: $0 play|train|plugin|daw|test" >&2; exit 2 ;;
esac

need_program() { # program, what to do
    command -v "$1" >/dev/null 2>&1 || { echo "$1 is missing: $2" >&2; exit 1; }
}
need_program dotnet "install the .NET 10 SDK (https://dotnet.microsoft.com/download) and put dotnet on your PATH."
need_program npm "install Node.js with npm (https://nodejs.org)."

command -v dpkg-query >/dev/null 2>&1 || {
    echo "This is not a Debian-like system. Install the equivalents of: ${packages[*]}" >&2
    exit 0
}
missing=()
for package in "${packages[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0

install="apt-get install -y --no-install-recommends ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
if [ "$(id -u)" = 0 ]; then
    as=()
elif command -v sudo >/dev/null 2>&1 && { sudo -n true 2>/dev/null || [ -t 0 ]; }; then
    as=(sudo)
else
    echo "These packages are missing. Install them as root, then run make again:" >&2
    echo "    $install" >&2
    exit 1
fi
echo "installing: ${missing[*]}" >&2
"${as[@]}" apt-get update -qq || echo "the package lists could not be refreshed; trying with those at hand" >&2
"${as[@]}" $install >&2
