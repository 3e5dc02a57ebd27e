"""Pages: what documentation pages claim, held against the contract."""
