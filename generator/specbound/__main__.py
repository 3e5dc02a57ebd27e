"""`python -m specbound`: the same command, where scripts are not on the path.

Knows the command line's entry point. It must not know anything else.
"""

import sys

from specbound.cli import main

if __name__ == "__main__":
    sys.exit(main())
