"""The web server: its port, then uvicorn's processes under one that watches over them."""

import errno
import os
import socket
import tempfile
from functools import partial

import uvicorn
from uvicorn.supervisors import Multiprocess

from app.errors import SetupError
from app.settings import Settings
from app.web.patience import PatientProtocol

GRACE_SECONDS = 10
# A busy machine needs more than uvicorn's 5 seconds to import the program; workers were ended at birth.
START_SECONDS = 60
# Tells the processes of one server where they add their counters up.
SHARED_FOLDER = "OBSERVATOIRE_SHARED_FOLDER"


def refuse_busy_port(host: str, port: int) -> None:
    """Raise SetupError when nothing can listen on ``port``, before anything slow is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            reasons = {errno.EADDRINUSE: "est déjà pris", errno.EACCES: "est réservé à l'administrateur"}
            raise SetupError(
                f"Le port {port} de {host} {reasons.get(error.errno or 0, 'ne peut pas être ouvert')}.",
                hint="Choisissez-en un autre avec --port N.",
            ) from error


def run_server(settings: Settings, port: int, factory: str) -> None:
    """Serve the application that ``factory`` ("module:function") returns, until told to stop.

    Even one process works under a supervisor: a process that dies is replaced; SIGHUP replaces them one by
    one, the new one answering before the old one stops; SIGTERM lets each finish what it answers.
    """
    config = uvicorn.Config(
        factory,
        factory=True,
        host=settings.host,
        port=port,
        workers=settings.web_workers,
        # A partial rather than a class made here: workers are spawned, and it travels to them.
        http=partial(PatientProtocol, seconds=settings.client_timeout_s),  # type: ignore[arg-type]
        forwarded_allow_ips=settings.trusted_proxies,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_worker_healthcheck=START_SECONDS,
    )
    with tempfile.TemporaryDirectory(prefix="observatoire-web-") as shared:
        os.environ[SHARED_FOLDER] = shared
        listening = config.bind_socket()
        # At once: whoever comes before the first process has started waits instead of being refused.
        listening.listen(config.backlog)
        Multiprocess(config, sockets=[listening]).run()
