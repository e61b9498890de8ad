"""A Slurm of one node: munged, slurmctld and slurmd with all they write in one folder, on ports that nobody else has."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from sandbox import Wrong, require

START_SECONDS, JOB_SECONDS = 60, 300


class Cluster:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.daemons: list[subprocess.Popen] = []
        self.environment = {**os.environ, "SLURM_CONF": str(folder / "slurm.conf")}

    def __enter__(self) -> Cluster:
        return self

    def __exit__(self, *_: object) -> None:
        for daemon in reversed(self.daemons):
            daemon.terminate()
            try:
                daemon.wait(20)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def start(self) -> str:
        for name in ("state", "spool", "munge"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        # munged trusts a folder that its own user alone writes to.
        key = self.folder / "munge/key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o600)
        munge = self.folder / "munge"
        self._run("munged", "--foreground", "--force", f"--key-file={key}", f"--socket={munge}/socket",
                  f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")
        self._until("munged does not listen", (munge / "socket").exists)
        host = socket.gethostname().split(".")[0]
        self._write_configuration(host)
        self._run("slurmctld", "-D")
        self._run("slurmd", "-D", "-N", host)
        self._until("the node does not come up", lambda: self._node_state() in ("idle", "mix", "alloc"))
        return self._ask("slurmctld", "-V").strip()

    def _write_configuration(self, host: str) -> None:
        ports = free_ports(2)
        (self.folder / "slurm.conf").write_text(f"""
ClusterName=check
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
AuthType=auth/munge
AuthInfo=socket={self.folder}/munge/socket
CredType=cred/munge
StateSaveLocation={self.folder}/state
SlurmdSpoolDir={self.folder}/spool
SlurmctldPidFile={self.folder}/slurmctld.pid
SlurmdPidFile={self.folder}/slurmd.pid
SlurmctldLogFile={self.folder}/slurmctld.log
SlurmdLogFile={self.folder}/slurmd.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/builtin
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MailProg=/bin/true
ReturnToService=2
MinJobAge=3600
KillWait=10
NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count() or 1} RealMemory=1000 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
""")

    def _run(self, *command: str) -> None:
        with (self.folder / f"{command[0]}.out").open("w") as log:
            self.daemons.append(subprocess.Popen(command, stdout=log, stderr=log, env=self.environment))

    def _until(self, trouble: str, is_done) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_done():
            for daemon in self.daemons:
                require(daemon.poll() is None, f"{daemon.args[0]} has ended: {self._last_lines()}")
            require(time.monotonic() < deadline, f"{trouble}: {self._last_lines()}")
            time.sleep(0.2)

    def _last_lines(self) -> str:
        logs = [*self.folder.glob("*.log"), *self.folder.glob("*.out"), *self.folder.glob("munge/log")]
        return " | ".join(f"{log.name}: {' '.join(log.read_text(errors='replace').split())[-300:]}" for log in logs)

    def _node_state(self) -> str:
        result = subprocess.run(["sinfo", "-h", "-o", "%t"], capture_output=True, text=True, env=self.environment, timeout=60)
        return result.stdout.strip().rstrip("*~#$@+")

    def _ask(self, *command: str) -> str:
        result = subprocess.run(command, capture_output=True, text=True, env=self.environment, timeout=60)
        require(result.returncode == 0, f"{' '.join(command)}: {result.stderr.strip()}")
        return result.stdout

    def submit(self, script: Path, folder: Path, *options: str, variables: dict[str, str]) -> str:
        """The number of the job."""
        result = subprocess.run(["sbatch", "--parsable", *options, script], capture_output=True, text=True, cwd=folder,
                                env={**self.environment, **variables}, timeout=60)
        require(result.returncode == 0, f"sbatch: {result.stderr.strip()}")
        return result.stdout.strip()

    def signal(self, job: str, name: str) -> None:
        """To all that the tasks of a job run."""
        self._ask("scancel", "--full", f"--signal={name}", job)

    def kill(self, job: str) -> None:
        """Ends the processes of a job of one task behind Slurm's back: its own KILL is preceded by a TERM."""
        fields = dict(word.partition("=")[::2] for word in self._ask("scontrol", "-o", "show", "job", job).split())
        for line in self._ask("scontrol", "listpids", fields["JobId"]).splitlines()[1:]:
            process = line.split()[0]
            if process.isdigit():
                os.kill(int(process), signal.SIGKILL)

    def wait(self, job: str) -> dict[str, str]:
        """State and exit code of each task, by its number, when all have ended."""
        deadline = time.monotonic() + JOB_SECONDS
        while time.monotonic() < deadline:
            tasks = {}
            for line in self._ask("scontrol", "-o", "show", "job", job).splitlines():
                fields = dict(word.partition("=")[::2] for word in line.split() if "=" in word)
                if "ArrayTaskId" in fields:
                    code, _, signal = fields["ExitCode"].partition(":")
                    tasks[fields["ArrayTaskId"]] = f"{fields['JobState']} {code}" + (f" signal {signal}" if signal != "0" else "")
            if tasks and all(state.split()[0] not in ("PENDING", "RUNNING", "COMPLETING", "REQUEUED", "CONFIGURING")
                             for state in tasks.values()):
                return tasks
            time.sleep(0.3)
        raise Wrong(f"job {job} does not end: {self._ask('squeue', '-r')} {self._last_lines()}")


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports
