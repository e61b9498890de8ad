#!/bin/bash
# One conversion on many machines: each task of the array writes one part of the model.
#
#   export GGUF_SOURCE=/data/model GGUF_OUTPUT=/data/out/model.gguf
#   sbatch slurm.sh                                              16 parts
#   GGUF_SHARDS=64 sbatch --array=1-64 slurm.sh                  64 parts
#   sbatch --array=7,12 slurm.sh                                 two lost parts of the 16 again
#
# The array counts from 1, and a task's number is that of its part: GGUF_SHARDS says how many parts the model has, however
# many tasks are submitted.
#SBATCH --job-name=gguf-convert
#SBATCH --array=1-16
#SBATCH --ntasks=1
#SBATCH --cpus-per-task=8
#SBATCH --mem=1G
#SBATCH --time=08:00:00
#SBATCH --requeue
#SBATCH --output=gguf-convert-%A_%a.log
set -eu

: "${GGUF_SOURCE:?the checkpoint, on a file system that all nodes see}"
: "${GGUF_OUTPUT:?the prefix of the parts, on a file system that all nodes see}"

# A task that runs again replaces what it wrote before, so that a node that is lost needs no cleaning up. exec lets the signal
# of scancel and of the time limit reach the program, which then leaves nothing behind.
exec "${GGUF:-gguf}" convert "$GGUF_SOURCE" --output "$GGUF_OUTPUT" --as-is --type "${GGUF_TYPE:-Q4_K}" \
    --shards "${GGUF_SHARDS:-16}" --threads "${SLURM_CPUS_PER_TASK:-1}" --force
