"""Logs and traces of a process, as its settings want them; called once at its start."""

from core.errors import ConfigurationError
from core.settings import VERSION, Settings
from telemetry.logs import configure_logs
from telemetry.tracing import configure_traces


def configure_telemetry(settings: Settings, *, service: str) -> None:
    """Begin to tell; before this nothing is written or recorded.

    Args:
        settings: Level, form and folder of the logs, and where spans are sent.
        service: What R65 calls this process.

    Raises:
        ConfigurationError: Nothing can be written where the lines are to be kept.
    """
    who = {"service": service, "environment": settings.environment.value, "version": VERSION}
    folder = settings.log_folder
    try:
        configure_logs(
            **who,
            level=settings.log_level,
            as_json=settings.log_format == "json",
            tells_prompts=settings.log_prompts,
            folder=folder,
        )
        spans = None if folder is None else folder / f"{service}.spans.jsonl"
        configure_traces(**who, endpoint=settings.otlp_endpoint or None, file=spans)
    except OSError as error:
        raise ConfigurationError(f"logs cannot be kept in {folder} (DMA_LOG_FILES): {error}") from error
