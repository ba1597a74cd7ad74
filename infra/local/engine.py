"""Runs MiniStack, and ends it together with every function it started.

usage: engine.py ALIVE_FILE WORK_FOLDER

The engine lives as long as ALIVE_FILE exists and somebody holds the other end of its standard input; a `+` that comes
in there lets it live on without, and an `s` lets it save its state and end, to be started again. Both hold whatever way
the owner goes: a file and a pipe need no process id, which may be reused.
"""

import os
import shutil
import signal
import sys
import threading
import time


def end(alive_file: str, work_folder: str) -> None:
    """Removes what the engine left on disk and kills its process group, which this process leads."""
    shutil.rmtree(work_folder, ignore_errors=True)
    try:
        os.remove(alive_file)
    except FileNotFoundError:
        pass
    # Functions may ignore a polite signal, and nothing here is worth saving.
    os.killpg(os.getpgid(0), signal.SIGKILL)


def watch_file(alive_file: str, work_folder: str) -> None:
    """Ends the engine when the file is gone."""
    while os.path.exists(alive_file):
        time.sleep(0.2)
    end(alive_file, work_folder)


def save_and_end() -> None:
    """Lets the engine stop as it does by itself, which saves what it keeps. Its functions die in the middle."""
    from ministack.services import lambda_svc

    # A queue that is read while it is saved may not be saved.
    lambda_svc._poll_sqs = lambda: False
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def watch_owner(alive_file: str, work_folder: str) -> None:
    """Ends the engine when the owner closed its end of the pipe, or died, without a word."""
    while True:
        word = os.read(0, 1)
        if word == b"+":
            return
        if not word:
            end(alive_file, work_folder)
        save_and_end()


def main() -> None:
    """Leads a new process group, starts the watchers, and serves until the end."""
    alive_file, work_folder = sys.argv[1:3]
    # Its own session: Ctrl-C in the terminal is for the owner, which then lets go of us.
    os.setsid()
    for watch in (watch_file, watch_owner):
        threading.Thread(target=watch, args=(alive_file, work_folder), daemon=True).start()
    # MiniStack reads its own arguments.
    sys.argv = ["ministack"]
    try:
        from ministack.app import main as serve

        serve()
    finally:
        end(alive_file, work_folder)


if __name__ == "__main__":
    main()
