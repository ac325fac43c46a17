"""`python -m glassnet` is `glassnet`."""

import sys

from glassnet.cli.app import main

if __name__ == "__main__":
    sys.exit(main())
