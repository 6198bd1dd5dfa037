"""The program with its libraries loaded, which forks for each run that it is asked for over a socket.

A request is a line of JSON (arguments, folder, environment) and three files: the run's input, output and errors. The
answer is its exit code. Most of a short run is loading libraries; what a run does is the same.
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
LONGEST = 1 << 20
"""Bytes of a request."""


def serve(requests: socket.socket) -> None:
    """Answer requests until the other end is closed; in the fork, return when it is time to be the program."""
    while True:
        request, files, _, _ = socket.recv_fds(requests, LONGEST, 3)
        if not request:
            os._exit(0)
        with warnings.catch_warnings(action="ignore"):  # the threads of the libraries for matrices know how to fork
            child = os.fork()
        if not child:
            requests.close()
            become(json.loads(request), files)
            return
        for file in files:
            os.close(file)
        requests.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def become(request: dict, files: list[int]) -> None:
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
    gc.freeze()  # a fork need not look through what was loaded
    serve(socket.socket(fileno=int(sys.argv[1])))
    runpy.run_module("classmark.cli", run_name="__main__", alter_sys=True)
