"""cluster/: the Job by Kubernetes' schema, and what its pods and the tasks of the Slurm array run, without a cluster."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess

import kubernetes_validate
import yaml

from sandbox import INTEGRATIONS, SAMPLES, TIMEOUT, Report, Sandbox, Wrong, require, require_exit

JOB = INTEGRATIONS / "cluster/kubernetes.yaml"
SLURM = INTEGRATIONS / "cluster/slurm.sh"
SHARDS = 4


def run(report: Report, sandbox: Sandbox) -> None:
    report.check("cluster: the Job by Kubernetes' schema", check_schema)
    report.check("cluster: the Job's numbers agree", check_numbers)
    report.check("cluster: what the pods run", lambda: check_pods(sandbox))
    report.check("cluster: the directives of the Slurm script", check_directives)
    report.check("cluster: what the tasks of the array run", lambda: check_tasks(sandbox))


def job() -> dict:
    return yaml.safe_load(JOB.read_text())


def check_schema() -> str:
    versions = ("1.29", "1.33", "1.36")
    for version in versions:
        kubernetes_validate.validate(job(), version, strict=True)
    broken = job()
    broken["spec"]["completionMod"] = broken["spec"].pop("completionMode")
    try:
        kubernetes_validate.validate(broken, versions[0], strict=True)
    except kubernetes_validate.ValidationError:
        return "versions " + ", ".join(versions)
    raise Wrong("the schema lets an unknown key pass")


def check_numbers() -> None:
    """What the schema cannot know: how many parts, processors and memory there are is said twice."""
    spec = job()["spec"]
    pod = spec["template"]["spec"]
    (container,) = pod["containers"]
    arguments = container["args"]
    require(spec["completionMode"] == "Indexed", "without indices every pod is the same")
    require(str(spec["completions"]) == arguments[arguments.index("--shards") + 1], "completions are not --shards")
    require(container["resources"]["limits"]["cpu"] == arguments[arguments.index("--threads") + 1], "cpu is not --threads")
    require(pod["restartPolicy"] == "Never", "a pod failure policy needs restartPolicy Never")
    for rule in spec["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes", {})
        require(codes.get("containerName", container["name"]) == container["name"], "a rule is of no container")
    mounts = {mount["name"] for mount in container["volumeMounts"]}
    require(mounts == {volume["name"] for volume in pod["volumes"]}, "volumes and mounts differ")


def check_pods(sandbox: Sandbox) -> str:
    """The arguments, with the mounted folders where they are here and fewer parts."""
    folder = prepare(sandbox, "pods")
    arguments = job()["spec"]["template"]["spec"]["containers"][0]["args"]
    arguments[arguments.index("--shards") + 1] = str(SHARDS)
    places = {"/source": str(folder / "source"), "/output/model.gguf": str(folder / "output/model.gguf")}
    command = [sandbox.binary, *(places.get(argument, argument) for argument in arguments)]
    for index in range(SHARDS):
        result = subprocess.run(command, text=True, capture_output=True, timeout=TIMEOUT,
                                env=sandbox.environment(JOB_COMPLETION_INDEX=str(index)))
        require_exit(result, 0)
    # A pod that is started twice, and one that there is no part for.
    again = subprocess.run(command, text=True, capture_output=True, timeout=TIMEOUT,
                           env=sandbox.environment(JOB_COMPLETION_INDEX="0"))
    require_exit(again, 0)
    beyond = subprocess.run(command, text=True, capture_output=True, timeout=TIMEOUT,
                            env=sandbox.environment(JOB_COMPLETION_INDEX=str(SHARDS)))
    require_exit(beyond, 64)
    return require_whole(sandbox, folder)


def check_directives() -> str:
    lines = SLURM.read_text().splitlines()
    first = next(number for number, line in enumerate(lines) if line and not line.startswith("#"))
    directives = [line for line in lines[:first] if line.startswith("#SBATCH ")]
    require(len(directives) == sum(line.startswith("#SBATCH") for line in lines), "Slurm reads no directive behind a command")
    options = dict(directive.removeprefix("#SBATCH --").partition("=")[::2] for directive in directives)
    low, high = map(int, options["array"].split("-"))
    (default,) = re.findall(r"\$\{GGUF_SHARDS:-(\d+)\}", SLURM.read_text())
    require((low, high) == (1, int(default)), f"the array is {options['array']}, and there are {default} shards")
    require_exit(subprocess.run(["bash", "-n", SLURM], text=True, capture_output=True, timeout=TIMEOUT), 0)
    return f"{len(directives)} directives"


def check_tasks(sandbox: Sandbox) -> str:
    folder = prepare(sandbox, "tasks")
    for task in range(1, SHARDS + 1):
        result = run_task(sandbox, folder, task, 1, SHARDS)
        require_exit(result, 0)
    # A lost one, submitted alone.
    lost = folder / f"output/model-00003-of-0000{SHARDS}.gguf"
    lost.unlink()
    require_exit(run_task(sandbox, folder, 3, 3, 3), 0)
    require_exit(run_task(sandbox, folder, 0, 0, SHARDS - 1), 64)
    missing = sandbox.shell(f"bash {shlex.quote(str(SLURM))}", folder)
    require(missing.returncode != 0 and "GGUF_SOURCE" in missing.stderr, "a variable that is not set is not named")
    return require_whole(sandbox, folder)


def run_task(sandbox: Sandbox, folder, task: int, lowest: int, highest: int) -> subprocess.CompletedProcess:
    return sandbox.shell(
        f"bash {shlex.quote(str(SLURM))}", folder, GGUF_SOURCE=str(folder / "source"), GGUF_SHARDS=str(SHARDS),
        GGUF_OUTPUT=str(folder / "output/model.gguf"), SLURM_ARRAY_TASK_ID=str(task), SLURM_CPUS_PER_TASK="2",
        SLURM_ARRAY_TASK_MIN=str(lowest), SLURM_ARRAY_TASK_MAX=str(highest),
        SLURM_ARRAY_TASK_COUNT=str(highest - lowest + 1))


def prepare(sandbox: Sandbox, name: str):
    folder = sandbox.folder / f"cluster {name}"
    (folder / "source").mkdir(parents=True)
    (folder / "output").mkdir()
    shutil.copy(SAMPLES / "valid/tiny-f32.safetensors", folder / "source/model.safetensors")
    return folder


def require_whole(sandbox: Sandbox, folder) -> str:
    """The set is complete and valid, and is what one machine writes."""
    script = """
      gguf validate output --quiet --severity error
      gguf merge output -o merged.gguf --quiet
      gguf convert source -o single.gguf --as-is --type Q4_K --quiet --force
      cmp merged.gguf single.gguf
    """
    require_exit(sandbox.shell(script, folder), 0)
    return f"{SHARDS} parts, merged as one machine writes them"
