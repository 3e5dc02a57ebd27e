"""Wire: messages taken apart as HTTP and OpenAPI have it, and each part held to its schema."""
