"""``python -m dwell.cli`` is ``dwell``."""

from dwell.cli.main import main

if __name__ == "__main__":
    main()
