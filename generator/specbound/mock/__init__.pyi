from specbound.mock.app import mock_app as mock_app
from specbound.mock.settings import Served as Served
from specbound.mock.settings import Settings as Settings

__all__ = ["Served", "Settings", "mock_app"]
