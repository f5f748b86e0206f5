"""``python -m bench [row …]``: measure, print the table, write ``bench.json``."""

import json
import os
import platform
import sys
import time
from pathlib import Path

from bench.house import house
from bench.rows import ROWS, Row

AIMS = {
    "card_warm": ">= 0.25",
    "card_cold": ">= 0.25",
    "create": ">= 0.05",
    "import_20k": ">= 10",
    "search_20k": ">= 0.07",
    "search_1m": ">= 0.5",
    "event_latency": "p50 <= 50, p99 <= 250",
    "relay": ">= 0.25",
    "duplicate_check": "p95 <= 60",
    "duplicate_scan": "<= 60 s",
    "cold_start": "<= 10 s, <= 1.2 GiB",
}


def main(wanted: list[str]) -> None:
    """Measure the wanted rows, or all of them."""
    unknown = [name for name in wanted if name not in ROWS]
    if unknown:
        raise SystemExit(f"There is no row {', '.join(unknown)}; there are: {', '.join(ROWS)}")
    print(f"{_machine()}, {time.strftime('%d-%m-%Y')}, {8} connections", flush=True)
    print(f"{'row':14} {'rate/s':>9} {'reference':>10} {'ratio':>6} {'p50 ms':>8} {'p99 ms':>8}  aim", flush=True)
    rows = []
    with house() as measured:
        for name, measure in ROWS.items():
            if not wanted or name in wanted:
                rows.append(measure(measured))
                print(_line(rows[-1]), flush=True)
    Path("bench.json").write_text(json.dumps([row.as_dict() for row in rows], indent=2) + "\n")


def _line(row: Row) -> str:
    figures = (_figure(row.rate, 9, 0), _figure(row.reference, 10, 0), _figure(row.ratio, 6, 3))
    times = (_figure(row.p50_ms, 8, 1), _figure(row.p99_ms, 8, 1))
    return f"{row.name:14} {' '.join(figures)} {' '.join(times)}  {AIMS[row.name]}  {row.note}".rstrip()


def _figure(value: float | None, width: int, places: int) -> str:
    return f"{value:{width}.{places}f}" if value is not None else "-".rjust(width)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main(sys.argv[1:])
