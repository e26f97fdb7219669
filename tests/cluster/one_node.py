"""A Slurm of one node on this machine, for as long as a test needs it; nothing of it stays.

It speaks on the loopback address alone, has its own key and state folder, and takes the place of
`/etc/slurm/slurm.conf` while it lives: a job's inner `srun` looks there and nowhere else. Where
such a file is, it is a real cluster's, and nothing is begun.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

SYSTEM_FILE = Path("/etc/slurm/slurm.conf")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "scontrol", "scancel")
PACKAGES = "apt-get install --no-install-recommends slurm-wlm munge"
CONFIGURATION = """\
ClusterName=resurvey
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort=26817
SlurmdPort=26818
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CryptoType=crypto/munge
# Seconds that a job waits which was given back; two minutes without this. One that was made to
# begin at once met what was still under way of its first start, and Slurm 22.05 died of it.
AuthInfo=socket={folder}/munge.sock,cred_expire=20
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
MpiDefault=none
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
# A node that is silent for so long is lost, and one that comes back is taken back.
SlurmdTimeout=10
ReturnToService=2
# Without accounting the queue itself is asked how a job ended.
MinJobAge=1800
SchedulerParameters=batch_sched_delay=0,sched_interval=2
KillWait=2
NodeName={host} NodeAddr=127.0.0.1 CPUs={cores} RealMemory={memory} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


def why_not():
    """Say why no Slurm can be begun here; empty where one can."""
    missing = [name for name in PROGRAMS if not shutil.which(name, path=search_path())]
    if missing:
        return f"there is no {missing[0]} here; {PACKAGES}"
    if os.geteuid():
        return "a Slurm of one node is begun by root, for instance in a container"
    if SYSTEM_FILE.exists() or SYSTEM_FILE.is_symlink():
        return f"{SYSTEM_FILE} is there: this machine belongs to a cluster, which is left alone"
    return ""


def search_path():
    """Where programs are looked for; Debian's daemons lie in folders of the administrator."""
    return os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/sbin"))


class OneNode:
    """A Slurm of one node; use it in a `with` block."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.host = socket.gethostname().partition(".")[0]
        self.running = {}

    def __enter__(self):
        for name in ("state", "spool"):
            (self.folder / name).mkdir(parents=True)
        self.folder.chmod(0o755)
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        pages, page = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
        configuration = CONFIGURATION.format(
            host=self.host,
            folder=self.folder,
            cores=os.cpu_count(),
            memory=int(0.9 * pages * page / 2**20),
        )
        (self.folder / "slurm.conf").write_text(configuration)
        SYSTEM_FILE.parent.mkdir(parents=True, exist_ok=True)
        SYSTEM_FILE.symlink_to(self.folder / "slurm.conf")
        try:
            self._begin(
                "munged",
                "--force",
                "--foreground",
                f"--socket={self.folder}/munge.sock",
                f"--key-file={key}",
                f"--pid-file={self.folder}/munged.pid",
                f"--log-file={self.folder}/munged.log",
                f"--seed-file={self.folder}/munged.seed",
            )
            self._wait(lambda: (self.folder / "munge.sock").exists(), "munged")
            self._begin("slurmctld", "-D")
            self.bring_back()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # Whoever interrupts the cleaning up would leave daemons behind.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with suppress(OSError, subprocess.SubprocessError):
                self.tell("scancel", "--user=root")
                self._wait(lambda: not self.jobs(), "scancel")
            self._end_steps()
            for name in ("slurmd", "slurmctld", "munged"):
                self._end(name)
        finally:
            if SYSTEM_FILE.is_symlink() and SYSTEM_FILE.readlink().parent == self.folder:
                SYSTEM_FILE.unlink()
            signal.signal(signal.SIGINT, before)

    def tell(self, *command):
        """Run a command of Slurm; give back what it says."""
        return subprocess.run(
            command, check=True, capture_output=True, text=True, timeout=60
        ).stdout.strip()

    def jobs(self, run=""):
        """Jobs that wait or run: number -> (state, memory asked); of one run by its prefix."""
        lines = self.tell("squeue", "--noheader", "--format=%i|%T|%m|%j").splitlines()
        found = [line.split("|") for line in lines]
        return {job: tuple(rest) for job, *rest, name in found if name.startswith(run)}

    def wait_for(self, state, run, but=(), seconds=180):
        """Wait until a job of a run is in a state; give back its number."""
        found = []

        def seen():
            found[:] = [job for job, (now, _) in self.jobs(run).items() if now == state]
            found[:] = [job for job in found if job not in but]
            return found

        self._wait(seen, f"a job of {run} that is {state}", seconds)
        return found[0]

    def lose(self):
        """Lose the node as a power cut does: its daemon and all its processes."""
        self.running.pop("slurmd").kill()
        self._end_steps()

    def bring_back(self):
        """Switch the node on."""
        self._begin("slurmd", "-D", "-N", self.host)
        self._wait(lambda: self.tell("sinfo", "-h", "-o", "%T") in ("idle", "mixed"), "the node")

    def _begin(self, program, *arguments):
        with open(self.folder / f"{program}.out", "ab") as said:
            command = [shutil.which(program, path=search_path()), *arguments]
            self.running[program] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=said, stderr=said
            )

    def _end(self, program):
        process = self.running.pop(program, None)
        if process is None:
            return
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _wait(self, come_true, what, seconds=60):
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with suppress(subprocess.SubprocessError):
                if come_true():
                    return
            time.sleep(0.2)
        for log in sorted(self.folder.glob("*.log")):
            print(f"{log.name}: {log.read_text()[-500:]}", file=sys.stderr)
        raise TimeoutError(f"waited {seconds} s for {what}")

    def _end_steps(self):
        """End the processes of jobs: those that Slurm calls its steps, and their children."""
        parents, steps = {}, set()
        for place in Path("/proc").glob("[0-9]*"):
            with suppress(OSError, ValueError):
                status = (place / "stat").read_text().rpartition(")")[2].split()
                parents[int(place.name)] = int(status[1])
                said = (place / "cmdline").read_bytes()
                inside = f"SLURM_CONF={self.folder}".encode()
                if said.startswith(b"slurmstepd: ") or inside in (place / "environ").read_bytes():
                    steps.add(int(place.name))
        grown = True
        while grown:
            more = {child for child, parent in parents.items() if parent in steps} - steps
            steps |= more
            grown = bool(more)
        for process in steps - {os.getpid()}:
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)
