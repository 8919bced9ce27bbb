"""`python -m portal …`: what `app.py` hands over to, inside the environment it has made."""

import sys

from portal.commands import main

sys.exit(main(sys.argv[1:]))
