"""Schema: whether a value fits a schema, fast or exactly; nothing about messages."""
