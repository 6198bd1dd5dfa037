"""Serve runs of the program: load its libraries once, then fork for each request from a socket.

A request is one line of JSON (arguments, folder, environment) with three file descriptors: standard input, output and
error of the run. The answer is the exit code. Loading libraries takes most of the time of a short run.
"""

from __future__ import annotations

import gc
import json
import os
import runpy
import socket
import sys
import warnings
from importlib import import_module

LOADED = (
    "classmark.cli.report.context",
    "classmark.corpus.formats.xml",
    "classmark.model.evaluation.audit",
    "classmark.model.evaluation.by_folds",
    "classmark.model.evaluation.learning_curve",
    "classmark.model.persistence.sklearn_pipeline",
    "classmark.model.evaluation.mistakes",
    "classmark.model.training.stratification",
    "classmark.model.explanation.strongest_terms",
    "classmark.model.training.tuning",
)
MAX_REQUEST_BYTES = 1 << 20


def serve(requests: socket.socket) -> None:
    """Answer requests until the other end is closed; return only in the fork, which then runs the program."""
    while True:
        request, files, _, _ = socket.recv_fds(requests, MAX_REQUEST_BYTES, 3)
        if not request:
            os._exit(0)
        with warnings.catch_warnings(action="ignore"):  # NumPy's threads can be forked
            child = os.fork()
        if not child:
            requests.close()
            take_over(json.loads(request), files)
            return
        for file in files:
            os.close(file)
        requests.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def take_over(request: dict, files: list[int]) -> None:
    """Set streams, folder, environment and arguments as the request says."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin, sys.stdout = open(0, closefd=False), open(1, "w", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", errors="backslashreplace", buffering=1, closefd=False)  # noqa: SIM115
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    sys.argv[1:] = request["arguments"]


if __name__ == "__main__":
    for module in LOADED:
        import_module(module)
    gc.freeze()  # spare the forks from collecting what was loaded
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("classmark.cli", run_name="__main__", alter_sys=True)
