"""Measure how many GETs of one pool number a second the sandbox answers: `python bench/sandbox_throughput.py`."""

import argparse
import asyncio
import base64
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

AUTH_ID, AUTH_TOKEN = "MASANDBOX00000000001", "sandbox"
POOL = "7b1f5a0e-3c52-4c1e-9a4e-0d6a5f1b2c3d"
NUMBER = "14155550100"
BAR = 1000


async def ask(port: int, request: bytes, deadline: float) -> int:
    """Send the request over and over on one connection; return how many answers came before the deadline."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answers = 0
    while time.perf_counter() < deadline:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200 "):
            sys.exit(f"expected 200, got: {head.decode(errors='replace').splitlines()[0]}")
        length = next(line for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        await reader.readexactly(int(length.split(b":")[1]))
        answers += 1
    writer.close()
    await writer.wait_closed()
    return answers


async def load(port: int, path: str, connections: int, seconds: float) -> float:
    """Return the answers a second over all connections."""
    credentials = base64.b64encode(f"{AUTH_ID}:{AUTH_TOKEN}".encode()).decode()
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAuthorization: Basic {credentials}\r\n\r\n".encode()
    began = time.perf_counter()
    counts = await asyncio.gather(*(ask(port, request, began + seconds) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - began)


def main() -> None:
    """Run `plivo-sandbox serve` on one core, load it from another, print the figure; exit 1 below the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--connections", type=int, default=8, help="keep-alive connections (8)")
    parser.add_argument("--seconds", type=float, default=5.0, help="how long to measure (5)")
    arguments = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as directory:
        database = Path(directory, "plivo.sqlite3")
        program = Path(sys.executable).with_name("plivo-sandbox")
        command = [str(program), "serve", "--port", "0", "--db", str(database)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            try:
                os.sched_setaffinity(server.pid, cores[:1])
                os.sched_setaffinity(0, cores[1:] or cores)
                assert server.stdout is not None
                base_url = server.stdout.readline().split()[-1]
                path = f"/v1/Account/{AUTH_ID}/NumberPool/{POOL}/Number/{NUMBER}/"
                origin = base_url.removesuffix("/v1")
                requests.post(origin + path, auth=(AUTH_ID, AUTH_TOKEN), timeout=10).raise_for_status()
                port = int(origin.rpartition(":")[2])
                rate = asyncio.run(load(port, path, arguments.connections, arguments.seconds))
            finally:
                server.terminate()
    print(f"{rate:,.0f} requests/s on one core, {arguments.connections} connections (bar: {BAR:,})")
    sys.exit(0 if rate >= BAR else 1)


if __name__ == "__main__":
    main()
