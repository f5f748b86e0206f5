"""Load from wrk: eight connections that each wait for the answer before asking again."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

CONNECTIONS = 8

SCRIPT = """
local lines = {}
for line in io.lines("%(requests)s") do lines[#lines + 1] = line end
local at = 0
wrk.headers["Authorization"] = "Bearer %(token)s"
wrk.headers["Content-Type"] = "application/json"
request = function()
  at = at %% #lines + 1
  return %(request)s
end
done = function(summary, latency)
  io.write("RESULT " .. string.format(
    '{"requests": %%d, "micros": %%d, "failed": %%d, "lost": %%d, "p50": %%d, "p99": %%d}\\n',
    summary.requests, summary.duration, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end
"""


class LoadFailed(Exception):
    """Some requests were not answered with success: the figures would mean nothing."""


@dataclass(frozen=True)
class Load:
    """What a load measured: requests a second, and times in milliseconds."""

    rate: float
    p50_ms: float
    p99_ms: float


def get(url: str, paths: Sequence[str], *, folder: Path, token: str = "", seconds: float = 5.0) -> Load:
    """Ask for the paths in turn, over and over."""
    return _run(url, paths, 'wrk.format("GET", lines[at])', folder=folder, token=token, seconds=seconds)


def post(url: str, path: str, bodies: Sequence[str], *, folder: Path, token: str, seconds: float = 5.0) -> Load:
    """Post the bodies in turn; give more of them than can be sent in the time."""
    request = f'wrk.format("POST", "{path}", nil, lines[at])'
    return _run(url, bodies, request, folder=folder, token=token, seconds=seconds)


def _run(url: str, lines: Sequence[str], request: str, *, folder: Path, token: str, seconds: float) -> Load:
    requests = folder / "requests.txt"
    requests.write_text("\n".join(lines), encoding="utf-8")
    script = folder / "load.lua"
    script.write_text(SCRIPT % {"requests": requests, "token": token, "request": request})
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds:g}s", "--timeout", "20s", "-s", str(script), url]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result = json.loads(printed.rsplit("RESULT ", 1)[1].splitlines()[0])
    if result["failed"] or result["lost"]:
        raise LoadFailed(f"{result['failed']} refused and {result['lost']} lost of {result['requests']} requests")
    return Load(result["requests"] / result["micros"] * 1e6, result["p50"] / 1000, result["p99"] / 1000)
