"""The logs: structured lines on stderr, from every process of the server alike."""

from __future__ import annotations

import logging
import sys

import structlog

from dossier.settings import Settings


def configure_logging(chosen: Settings) -> None:
    """JSON, from the level that was chosen. Libraries only warn: their debug lines could quote what people sent."""
    level = getattr(logging, chosen.log_level.upper())
    logging.basicConfig(level=max(level, logging.WARNING), format="%(levelname)s %(name)s")
    logging.getLogger("uvicorn").setLevel(logging.CRITICAL)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer(),
        ],
    )


def log_as_told() -> None:
    """The same in a process beside the server: it is forked from one that has its environment and not its logs."""
    configure_logging(Settings.from_environment())
