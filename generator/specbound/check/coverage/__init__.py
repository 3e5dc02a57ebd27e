"""Coverage: what the traffic has shown of a contract."""
