#!/usr/bin/env bash
# Trains the shipped pack: corpus -> .u16 -> four VQ-VAEs -> four generators. Minutes are minutes of one CPU thread on a free core.
# usage: scripts/train-shipped-pack.sh CORPUS_DIR RUN_DIR [vqvae|generators]
set -euo pipefail
corpus=${1:?folder that make corpus wrote} run=${2:?folder for weights and codes} what=${3:-all}
here=$(cd "$(dirname "$0")/.." && pwd)
train=${VQWAVE_TRAIN:-$here/bin/vqwave-train}

"$train" prepare "$corpus/train" "$run/u16/train"
"$train" prepare "$corpus/held-out" "$run/u16/held-out"
common=(--data-dir "$run/u16/train" --validation-dir "$run/u16/held-out" --output-dir "$run/weights" --preset live --seed 1)

vqvae() { # level, minutes, options
    "$train" vqvae --model "vqvae_$1" "${common[@]}" --time-limit "$2" --steps 3000 --epochs 100 "${@:3}"
}
generator() {
    "$train" generator --generator "generator_$1" "${common[@]}" --vqvae-weights-dir "$run/weights" --time-limit "$2" \
        --steps 2000 --epochs 100 --batch-size 32 --chunk 64 "${@:3}"
}

if [ "$what" != generators ]; then
    vqvae 8 9 --batch-size 8 --input-length 2048 --learning-rate 3e-3
    vqvae 32 11 --batch-size 8 --input-length 4096 --learning-rate 2e-3
    vqvae 128 10 --batch-size 4 --input-length 8192 --learning-rate 1.5e-3 --warmup 200
    vqvae 512 8 --batch-size 4 --input-length 16384 --learning-rate 1.5e-3 --warmup 200
fi
if [ "$what" != vqvae ]; then
    generator 512 6 --learning-rate 2e-3 --dropout 0.2
    generator 128 8 --learning-rate 3e-3
    generator 32 12 --learning-rate 3e-3
    generator 8 18 --learning-rate 3e-3
fi
