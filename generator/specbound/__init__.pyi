from specbound.contract.load import Contract as Contract
from specbound.diagnostics import Diagnostic as Diagnostic
from specbound.diagnostics import SpecError as SpecError

__version__: str
