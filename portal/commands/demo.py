"""Start the portal with a made-up school, kept apart from real records."""

import argparse
import sys
from pathlib import Path

from portal import boot
from portal.commands._serve import add_options as add_server_options
from portal.commands._serve import serve
from portal.config import Mode


def add_options(parser: argparse.ArgumentParser) -> None:
    add_server_options(parser)
    parser.add_argument(
        "--fill-only", action="store_true", help="make the school and stop, without serving it"
    )
    parser.add_argument(
        "--stories", type=Path, metavar="DIR", help="a folder of stories to add to the school"
    )


def run(options: argparse.Namespace) -> int:
    config = boot.configured(Mode.DEMO)
    code = _fill(options.stories)
    if options.fill_only:
        return code
    return serve(config, options.host, options.port)


def _fill(stories: Path | None) -> int:
    """Fill the school; 2 where a story did not come out as its file expects."""
    from portal import demo

    config = boot.configured(Mode.DEMO)
    try:
        print(demo.fill(config, stories), flush=True)
    except demo.ExpectationFailed as failed:
        print(failed.report, flush=True)
        print(failed, file=sys.stderr, flush=True)
        return 2
    return 0
