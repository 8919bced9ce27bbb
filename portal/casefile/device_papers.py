"""What a device’s receipt and custody sheet say, from its record and its custody rows."""

from collections.abc import Callable

from portal.casefile.models import Print
from portal.cases.models import Case

RECEIPT = "receipt"
CUSTODY = "custody"


def receipt(case: Case, copy: Print) -> Callable[[], bytes]:
    raise NotImplementedError


def custody_sheet(case: Case, copy: Print) -> Callable[[], bytes]:
    raise NotImplementedError
