#!/usr/bin/env bash
# Steps a second of the 8x VQ-VAE and of its generator with one process and with two that share the same batch, in turn, so that whatever else
# the machine does meets both alike.
# usage: scripts/measure-scaling.sh DATA_DIR [STEPS [ROUNDS]]
set -euo pipefail
cd "$(dirname "$0")/.."
data=$(readlink -f "${1:?usage: scripts/measure-scaling.sh DATA_DIR [STEPS [ROUNDS]]}")
steps=${2:-60} rounds=${3:-3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Seconds between the first epoch's row and the last one's: what comes before the steps does not count.
rate() { awk -F, -v steps="$steps" 'NR == 2 { from = $3 } { to = $3 } END { printf "%.3f\n", steps / (to - from) }' "$1"; }
run() { # file to add the rate to, launcher..., -- , arguments
    local results=$1 output name
    shift
    output=$(mktemp -d "$folder/run.XXXX")
    "$@" --steps "$steps" --epochs 2 --output-dir "$output" 2>"$output/log" || { cat "$output/log" >&2; exit 1; }
    name=$(echo "$output"/*/metrics.csv)
    rate "$name" >>"$results"
}
median() { sort -g "$1" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }

echo "load before: $(cut -d' ' -f1 /proc/loadavg) on $(nproc) cores"
vqvae=(vqvae --model vqvae_8 --data-dir "$data" --batch-size 8 --input-length 8192 --unquantized-steps 5)
bin/vqwave-train "${vqvae[@]}" --steps 10 --epochs 1 --output-dir "$folder/codecs" 2>/dev/null
bin/vqwave-train vqvae --model vqvae_32 --data-dir "$data" --batch-size 8 --input-length 8192 --unquantized-steps 5 --steps 10 --epochs 1 --output-dir "$folder/codecs" 2>/dev/null
generator=(generator --generator generator_8 --data-dir "$data" --batch-size 32 --input-length 32768 --vqvae-weights-dir "$folder/codecs")
for ((round = 0; round < rounds; round++)); do
    for what in vqvae generator; do
        declare -n arguments=$what
        run "$folder/$what.1" bin/vqwave-train "${arguments[@]}"
        run "$folder/$what.2" bin/vqwave-train launch --processes 2 -- "${arguments[@]}"
    done
done
echo "load after: $(cut -d' ' -f1 /proc/loadavg)"
for what in vqvae generator; do
    one=$(median "$folder/$what.1") two=$(median "$folder/$what.2")
    awk -v what="$what" -v one="$one" -v two="$two" 'BEGIN { printf "%s_8: %.2f steps/s with 1 process, %.2f with 2: %.2f times\n", what, one, two, two / one }'
done
