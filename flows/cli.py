"""The command `qwen-watch`. Exit codes: 0 fine, 1 something failed, 2 usage or configuration."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from flows import (
    cli_alerts,
    cli_annotation,
    cli_archive,
    cli_ask,
    cli_backfill,
    cli_check,
    cli_explain,
    cli_ingest,
    cli_init,
    cli_judge,
    cli_rebuild,
    cli_releases,
    cli_report,
    cli_run,
    cli_verify,
)
from flows.cli_options import debugging
from pipeline.errors import ConfigurationError, JudgementError, QwenWatchError, SecretMissingError, UnknownNameError

FAILED, USAGE, INTERRUPTED = 1, 2, 130

HELP = """Watches the sources that report on the Qwen team and its models, and alerts when a fact changes.

\b
  qwen-watch run                      one cycle: fetch, reconcile, alert
  qwen-watch conflicts                where sources disagree, with both sides' quotes
  qwen-watch why "Lin Junyang"        what is said of a person or event, word for word
  qwen-watch sql "FROM personnel_changes"

Everything lives under one data directory (--data, QWEN_WATCH_DATA, ./data); what is watched and who is told
stands in a configuration directory (--config, QWEN_WATCH_CONFIG, ./config). Exit codes: 0 fine, 1 something
failed, 2 usage or configuration.
"""

app = typer.Typer(
    name="qwen-watch",
    help=HELP,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)


@app.callback()
def options(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the whole traceback of an error (QWEN_WATCH_DEBUG=1).")
    ] = False,
) -> None:
    if debug:
        os.environ["QWEN_WATCH_DEBUG"] = "1"


for commands in (
    cli_run,
    cli_init,
    cli_ingest,
    cli_backfill,
    cli_ask,
    cli_alerts,
    cli_releases,
    cli_report,
    cli_explain,
    cli_verify,
    cli_archive,
    cli_annotation,
    cli_judge,
    cli_rebuild,
    cli_check,
):
    commands.register(app)


def main() -> None:
    """Run the command line and exit with its code; an error is one line on standard error."""
    sys.exit(exit_code(sys.argv[1:]))


def exit_code(arguments: list[str]) -> int:
    """Run the command line with these arguments; errors are told on standard error."""
    try:
        code = app(arguments, prog_name="qwen-watch", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit) as ended:
        if not isinstance(ended, BrokenPipeError) and not isinstance(ended.__context__, BrokenPipeError):
            raise
        # The reader, such as `head`, has seen enough; typer makes an exit of that.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        return 0
    except typer.TyperException as error:
        print(error.format_message(), file=sys.stderr)
        return USAGE
    except (typer.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except QwenWatchError as error:
        if debugging():
            raise
        print(_told(error), file=sys.stderr)
        return (
            USAGE
            if isinstance(error, ConfigurationError | SecretMissingError | JudgementError | UnknownNameError)
            else FAILED
        )
    except Exception as error:  # a defect: people get one line, and the traceback if they ask
        if debugging():
            raise
        print(f"qwen-watch: unexpected {type(error).__name__}: {error} (--debug shows where)", file=sys.stderr)
        return FAILED
    return code if isinstance(code, int) else 0


def _told(error: QwenWatchError) -> str:
    return "\n".join(error.mistakes) if isinstance(error, ConfigurationError) else f"qwen-watch: {error}"


if __name__ == "__main__":
    main()
