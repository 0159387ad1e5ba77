#!/usr/bin/env bash
# Trains the shipped pack as it was trained: corpus -> .u16 -> four VQ-VAEs -> four generators -> models/live-keys.
# usage: scripts/train-shipped-pack.sh CORPUS_DIR RUN_DIR [vqvae|generators|export|all]
#
# The minutes are wall-clock minutes of one thread each; the original run shared two cores with other work, so on a free machine the same minutes
# give more steps and somewhat better figures. A time limit makes the result depend on the machine's speed: it is not bit-reproducible.
set -euo pipefail
corpus=${1:?folder that make corpus wrote} run=${2:?folder for weights and codes} what=${3:-all}
here=$(cd "$(dirname "$0")/.." && pwd)
train=${VQWAVE_TRAIN:-$here/bin/vqwave-train}
weights=$run/weights
unset OPENBLAS_CORETYPE # the processor's own kernels, faster for LSTMs than older ones that an environment may ask for

common=(--data-dir "$run/u16/train" --validation-dir "$run/u16/held-out" --output-dir "$weights" --preset live --seed 1 --epochs 100)
vqvae() { # level, minutes, options
    "$train" vqvae --model "vqvae_$1" "${common[@]}" --steps 3000 --time-limit "$2" "${@:3}"
}
generator() { # level, minutes, steps an epoch, options
    "$train" generator --generator "generator_$1" "${common[@]}" --vqvae-weights-dir "$weights" --batch-size 32 --chunk 64 --input-length 131072 \
        --time-limit "$2" --steps "$3" "${@:4}"
}
latest() { # highest epoch of a network's numbered weights
    find "$weights" -name "$1_?????.safetensors" | sort | tail -1 | grep -oE '[0-9]{5}\.safetensors$' | grep -oE '^[0-9]+' | sed 's/^0*//'
}

"$train" prepare "$corpus/train" "$run/u16/train"
"$train" prepare "$corpus/held-out" "$run/u16/held-out"

if [ "$what" = all ] || [ "$what" = vqvae ]; then
    # 8x: the first codebook leaves out what is quiet and high; a second one on trained networks, with pre-emphasis, brings it in.
    short=(--batch-size 8 --input-length 2048)
    vqvae 8 11 "${short[@]}" --learning-rate 3e-3 --unquantized-steps 600 --loss mse=1,pre=2,stft=0.5
    vqvae 8 3 "${short[@]}" --learning-rate 2e-3 --unquantized-steps 400 --loss mse=1,pre=10,stft=0.2 --start-epoch "$(latest vqvae_8_encoder)" --new-codebook
    vqvae 8 8 "${short[@]}" --learning-rate 2e-3 --loss mse=1,pre=4,stft=0.2 --start-epoch "$(latest vqvae_8_encoder)"
    vqvae 32 11 --batch-size 8 --input-length 4096 --learning-rate 2e-3 --unquantized-steps 400 --loss mse=1,pre=1,stft=0.3
    vqvae 128 8 --batch-size 4 --input-length 8192 --learning-rate 1.5e-3 --warmup 200 --unquantized-steps 300
    # 512x: few latents a step; first the networks alone, then codebook and decoder beside a frozen encoder. Phase cannot be kept at this rate: mostly STFT.
    vqvae 512 5.5 --batch-size 4 --input-length 16384 --learning-rate 1.5e-3 --warmup 100 --unquantized-steps 1000000 --loss mse=0.2,stft=1
    vqvae 512 6 --batch-size 4 --input-length 16384 --learning-rate 1.5e-3 --warmup 50 --unquantized-steps 1000000 --loss mse=0.2,stft=1 \
        --start-epoch "$(latest vqvae_512_encoder)" --new-codebook
    vqvae 512 5 --batch-size 8 --input-length 16384 --learning-rate 1e-3 --warmup 30 --unquantized-steps 0 --loss mse=0.2,stft=1 --restart-threshold 0.35 \
        --start-epoch "$(latest vqvae_512_encoder)" --new-codebook --freeze-encoder
fi
if [ "$what" = all ] || [ "$what" = generators ]; then
    generator 512 3 250 --learning-rate 2e-3 --dropout 0.4
    generator 128 6 2000 --learning-rate 3e-3 --dropout 0.2
    generator 128 9 4000 --learning-rate 1.5e-3 --dropout 0.25 --start-epoch "$(latest generator_128_generator)"
    generator 32 9 2000 --learning-rate 3e-3
    generator 32 5 2000 --learning-rate 1.5e-3 --start-epoch "$(latest generator_32_generator)"
    generator 32 6 3000 --learning-rate 2e-3 --start-epoch "$(latest generator_32_generator)"
    generator 32 9 4000 --learning-rate 2e-3 --start-epoch "$(latest generator_32_generator)"
    generator 32 8 4000 --learning-rate 2e-3 --start-epoch "$(latest generator_32_generator)"
    generator 8 22 2000 --learning-rate 3e-3
    generator 8 8 2000 --learning-rate 1.5e-3 --start-epoch "$(latest generator_8_generator)"
    generator 8 6 3000 --learning-rate 2e-3 --start-epoch "$(latest generator_8_generator)"
    generator 8 5 3000 --learning-rate 2e-3 --start-epoch "$(latest generator_8_generator)"
    generator 8 14 4000 --learning-rate 2e-3 --start-epoch "$(latest generator_8_generator)"
    generator 8 13 4000 --learning-rate 2.5e-3 --start-epoch "$(latest generator_8_generator)"
fi
if [ "$what" = all ] || [ "$what" = export ]; then
    "$train" export --weights-dir "$weights" --preset live --output "$here/models/live-keys" --license MIT --storage float16 --data-dir "$run/u16/held-out" \
        --training "$here/scripts/shipped-pack.json" --description "Electric piano, vibraphone, bass, soft pads and light percussion in slow harmony."
    "$train" evaluate --pack "$here/models/live-keys" --data-dir "$run/u16/held-out" --max-seconds-per-file 100 --write
fi
