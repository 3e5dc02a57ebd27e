"""Testing: the pytest plugin, which holds what other projects' tests send against a contract.

Shows nothing by itself. It must not hold any logic: every run of pytest imports it.
"""
