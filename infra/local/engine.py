"""Runs MiniStack, the local AWS engine, and ends it together with every function that it started.

usage: engine.py ALIVE_FILE WORK_FOLDER

The engine runs while ALIVE_FILE exists and its owner holds the other end of its standard input. The owner may write a
byte there: after `+` the engine runs on without an owner; on `s` it saves its state and ends, so that it can be started
again. A file and a pipe work however the owner ends, and need no process id, which may be reused.
"""

import os
import shutil
import signal
import sys
import threading
import time


def end(alive_file: str, work_folder: str) -> None:
    """Removes the engine's files and kills its process group, which this process leads."""
    shutil.rmtree(work_folder, ignore_errors=True)
    try:
        os.remove(alive_file)
    except FileNotFoundError:
        pass
    # Functions may ignore a gentler signal, and nothing here is worth saving.
    os.killpg(os.getpgid(0), signal.SIGKILL)


def watch_file(alive_file: str, work_folder: str) -> None:
    """Ends the engine when ALIVE_FILE is gone."""
    while os.path.exists(alive_file):
        time.sleep(0.2)
    end(alive_file, work_folder)


def save_and_end() -> None:
    """Stops MiniStack in its own way, which saves its state. Functions that run die in the middle of their work."""
    from ministack.services import lambda_svc

    # A queue may be left out of the state if it is read at that moment, so nothing may read queues.
    lambda_svc._poll_sqs = lambda: False
    time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGTERM)


def watch_owner(alive_file: str, work_folder: str) -> None:
    """Reads the owner's byte. Ends the engine if the owner closed the pipe or died instead."""
    while True:
        word = os.read(0, 1)
        if word == b"+":
            return
        if not word:
            end(alive_file, work_folder)
        save_and_end()


def main() -> None:
    """Leads a new process group, starts the threads that watch, and serves until the end."""
    alive_file, work_folder = sys.argv[1:3]
    # In a session of its own the engine does not get the Ctrl-C of the terminal. The owner gets it, and ends the
    # engine.
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
