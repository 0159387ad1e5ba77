#!/bin/sh
# Composes and renders the training corpus: scripts/make-corpus.sh [DIR] [vqwave-corpus options].
# `make corpus` composes what live-keys has learned from (300 minutes, seed 1), with MODEL=live-tines as much of the other style.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
output=$root/data/corpus-keys
case ${1:-} in
    '' | -*) ;;
    *)
        output=$1
        shift
        ;;
esac
dotnet build "$root/training/VQWave.Corpus/VQWave.Corpus.csproj" -c Release -v quiet --nologo
exec "$root/training/VQWave.Corpus/bin/Release/net10.0/vqwave-corpus" --output "$output" "$@"
