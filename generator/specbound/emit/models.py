"""Drives datamodel-code-generator: one class a named object schema, printed by our template.

Knows that library's parser and how it takes a template and its data. It must not name, merge or
type anything: the contract and `emit.annotations` have done so.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.model import get_data_model_types
from datamodel_code_generator.parser.openapi import OpenAPIParser

from specbound.emit.classes import ClassView
from specbound.installed import templates


def render_classes(views: Iterable[ClassView]) -> dict[str, str]:
    """The source of every class, by name."""
    wanted = {view.name: view for view in views}
    if not wanted:
        return {}
    types = get_data_model_types(DataModelType.PydanticV2BaseModel)
    data: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    data.update({name: {"view": view} for name, view in wanted.items()})
    parser = OpenAPIParser(
        json.dumps(_outline(wanted)),
        data_model_type=types.data_model,
        data_model_root_type=types.root_model,
        data_model_field_type=types.field_model,
        data_type_manager_type=types.data_type_manager,
        custom_template_dir=templates() / "models",
        extra_template_data=data,
    )
    parser.parse_raw()
    return {model.reference.path.rsplit("/", 1)[-1]: model.render() for model in parser.results}


def _outline(views: dict[str, ClassView]) -> dict[str, Any]:
    """An OpenAPI document of the classes and their members, every type already decided."""
    schemas = {
        name: {
            "type": "object",
            "properties": {member: {"type": "string"} for member in view.members},
        }
        for name, view in views.items()
    }
    info = {"title": "models", "version": "1"}
    return {"openapi": "3.1.0", "info": info, "paths": {}, "components": {"schemas": schemas}}
