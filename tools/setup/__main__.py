"""`python3 -m tools.setup [--dev]`. Written so that an old Python can still read it and say what is wrong."""

import sys

if sys.version_info < (3, 11):
    sys.exit(
        "Tocsin needs Python 3.11 or newer; {0} is Python {1}.{2}.\n"
        "Install a newer one and name it: make demo TOCSIN_PYTHON=/path/to/python3".format(
            sys.executable, sys.version_info[0], sys.version_info[1]
        )
    )

from tools.setup.command import main

sys.exit(main(sys.argv[1:]))
