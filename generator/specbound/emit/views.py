"""What the templates see of a contract, for `specbound inspect --stage views`.

Knows which views there are. It must not know how any of them is printed.
"""

from __future__ import annotations

from typing import Any

from specbound.contract.load import Contract
from specbound.emit.layout import layout
from specbound.emit.package import models


def views(contract: Contract) -> dict[str, Any]:
    """Model classes, aliases and operations as the templates get them, by name."""
    parts = models(contract)
    found = layout(parts)
    operations = {
        key: {
            "class": view.class_name,
            "reply": view.reply,
            "route": view.route,
            "signatures": [one.arguments for one in view.signatures],
        }
        for key, view in sorted(found.views.items())
    }
    return {
        "modules": parts.modules,
        "classes": parts.classes,
        "aliases": parts.aliases,
        "operations": operations,
    }
