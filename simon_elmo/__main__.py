"""The command line as `python -m simon_elmo`, and what the command `simon-elmo` begins with."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; an interruption is exit code 130 and no traceback even while modules are imported."""
    try:
        from simon_elmo.cli import main as run

        run()
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
