#!/bin/sh
# usage: integrations/cluster/check/run.sh GGUF_BINARY
#
# Runs slurm.sh on a real slurmctld and slurmd of this machine alone: Debian's packages, a cluster of one node in a temporary
# folder, nothing of the system's configuration. Needs root; installs the packages with apt where they are missing, and starts
# no service.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: $0 GGUF_BINARY" >&2
    exit 64
fi
folder=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)

fail() {
    echo "FAIL environment: $1"
    echo "0 passed, 1 failed"
    exit 1
}

[ "$(id -u)" = 0 ] || fail "slurmctld, slurmd and munged are run as root here"
for program in slurmctld slurmd sbatch munged; do
    command -v "$program" >/dev/null && continue
    command -v apt-get >/dev/null || fail "$program is needed (Debian and Ubuntu: apt-get install slurmctld slurmd munge)"
    echo "cluster: installing slurmctld, slurmd, slurm-client and munge with apt" >&2
    # The run level keeps the packages from starting services.
    apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends slurmctld slurmd slurm-client munge >/dev/null 2>&1 \
        || fail "apt-get could not install slurmctld, slurmd, slurm-client and munge"
    break
done

exec "${PYTHON:-python3}" "$folder/check.py" "$1"
