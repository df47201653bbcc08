"""What the exit code of a container means, and which setting decides about it.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting.html; codes above 128 are signals
(https://www.gnu.org/software/bash/manual/bash.html#Exit-Status).
"""

from __future__ import annotations

import signal

OUT_OF_MEMORY = "OutOfMemoryError"
"""How the container's reason begins where the kernel has killed it because of its memory
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
SIGNALS = 128
"""What a shell, and a container's runtime, adds to the number of the signal that ended a program."""
NO_MEMORY = "it used more memory than it may: raise [ecs] memory, or the memory of a sidecar"
UNHEALTHY = {
    "failed ELB health checks": (
        "the load balancer got no healthy answer: look at [network] health_check_path, health_check_matcher and "
        "container_port, or at [ecs] health_check_grace_period if it starts slowly"
    ),
    "failed container health checks": (
        "the health check in the container failed: look at [ecs] container_health_check and health_check_command"
    ),
}
"""What to do about a task that ECS has stopped because of its health checks, by a part of its reason, whatever the exit
code (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html)."""
MEANINGS = {
    126: "its command cannot be executed: look at [ecs] command and entry_point, and at the mode of the file",
    127: "its command is not in the image: look at [ecs] command and entry_point",
    128 + signal.SIGILL: "SIGILL: an instruction that the processor does not have; look at [ecs] architecture",
    128 + signal.SIGABRT: "SIGABRT: it aborted itself, often in native code",
    128 + signal.SIGKILL: (
        "SIGKILL: out of memory (raise [ecs] memory), or still running [ecs] stop_timeout seconds after it was to stop"
    ),
    128 + signal.SIGSEGV: "SIGSEGV: native code in it crashed",
    128 + signal.SIGTERM: "SIGTERM: it was to stop",
}


def explain_exit(code: int | None, reason: str = "") -> str:
    """Return what an exit code means and the setting to change; "" where only the program itself can say.

    `reason` is what ECS says of the container; None is the code of a container that never ran.
    """
    if OUT_OF_MEMORY in reason:
        return NO_MEMORY
    if found := next((words for part, words in UNHEALTHY.items() if part in reason), ""):
        return found
    if code is None:
        return ""
    if code in MEANINGS:
        return MEANINGS[code]
    try:
        return signal.Signals(code - SIGNALS).name if code > SIGNALS else ""
    except ValueError:
        return ""
