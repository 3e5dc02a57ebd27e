from specbound.live.adapter import ContractAdapter as ContractAdapter
from specbound.live.counts import Counts as Counts
from specbound.live.drifted import Drifted as Drifted
from specbound.live.middleware import ContractMiddleware as ContractMiddleware
from specbound.live.record import Recorder as Recorder
from specbound.live.transport import AsyncContractTransport as AsyncContractTransport
from specbound.live.transport import ContractTransport as ContractTransport
from specbound.live.watch import Settings as Settings
from specbound.live.watch import Watch as Watch

__all__ = [
    "AsyncContractTransport",
    "ContractAdapter",
    "ContractMiddleware",
    "ContractTransport",
    "Counts",
    "Drifted",
    "Recorder",
    "Settings",
    "Watch",
]
