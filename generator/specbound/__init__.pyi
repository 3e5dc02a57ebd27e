from specbound.check.checker import Checker as Checker
from specbound.check.finding import Finding as Finding
from specbound.diagnostics import Diagnostic as Diagnostic
from specbound.diagnostics import SpecError as SpecError
from specbound.library import Contract as Contract
from specbound.traffic.exchange import Exchange as Exchange
from specbound.traffic.exchange import Request as Request
from specbound.traffic.exchange import Response as Response

__version__: str
