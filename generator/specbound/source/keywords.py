"""The fields of every OpenAPI object (OAS 3.1.1 section 4.8) and every schema keyword, as a table.

Knows names and the shape of each value. It must not know what a field means.

A shape is written as in the specification's tables: `Server` is an object of that kind, `[X]` a
list, `{X}` a map; `text`, `flag`, `number`, `count` and `any` are scalars and anything at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

SCALARS = frozenset({"text", "flag", "number", "count", "limit", "types", "any"})
"""`limit` is a number, or in 3.0 a flag; `types` is a text or a list of texts."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one field holds: a scalar, an object of a kind, or a list or map of a shape."""

    container: str
    kind: str
    of: Shape | None = None

    @property
    def leads_to_objects(self) -> bool:
        """Whether something with fields of its own lies below."""
        return self.of.leads_to_objects if self.of is not None else self.container == "object"


@cache
def shape(text: str) -> Shape:
    """Read one entry of the table."""
    if text[0] in "[{":
        inner = shape(text[1:-1])
        return Shape("list" if text[0] == "[" else "map", inner.kind, inner)
    return Shape("scalar" if text in SCALARS else "object", text)


def _table(**fields: str) -> dict[str, Shape]:
    return {name.strip("_"): shape(text) for name, text in fields.items()}


def _named(fields: dict[str, str]) -> dict[str, Shape]:
    return {name: shape(text) for name, text in fields.items()}


METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_PARAMETER = {
    "description": "text",
    "required": "flag",
    "deprecated": "flag",
    "allowEmptyValue": "flag",
    "style": "text",
    "explode": "flag",
    "allowReserved": "flag",
    "schema": "Schema",
    "example": "any",
    "examples": "{Example}",
    "content": "{MediaType}",
}

FIELDS: dict[str, dict[str, Shape]] = {
    "OpenAPI": _table(
        openapi="text",
        info="Info",
        jsonSchemaDialect="text",
        servers="[Server]",
        paths="Paths",
        webhooks="{PathItem}",
        components="Components",
        security="[{[text]}]",
        tags="[Tag]",
        externalDocs="ExternalDocs",
    ),
    "Info": _table(
        title="text",
        summary="text",
        description="text",
        termsOfService="text",
        contact="Contact",
        license="License",
        version="text",
    ),
    "Contact": _table(name="text", url="text", email="text"),
    "License": _table(name="text", identifier="text", url="text"),
    "Server": _table(url="text", description="text", variables="{ServerVariable}"),
    "ServerVariable": _table(enum="[text]", default="text", description="text"),
    "Components": _table(
        schemas="{Schema}",
        responses="{Response}",
        parameters="{Parameter}",
        examples="{Example}",
        requestBodies="{RequestBody}",
        headers="{Header}",
        securitySchemes="{SecurityScheme}",
        links="{Link}",
        callbacks="{Callback}",
        pathItems="{PathItem}",
    ),
    "Paths": {},
    "PathItem": _table(
        summary="text", description="text", servers="[Server]", parameters="[Parameter]"
    )
    | dict.fromkeys(METHODS, shape("Operation")),
    "Operation": _table(
        tags="[text]",
        summary="text",
        description="text",
        externalDocs="ExternalDocs",
        operationId="text",
        parameters="[Parameter]",
        requestBody="RequestBody",
        responses="Responses",
        callbacks="{Callback}",
        deprecated="flag",
        security="[{[text]}]",
        servers="[Server]",
    ),
    "ExternalDocs": _table(description="text", url="text"),
    "Parameter": _named({"name": "text", "in": "text", **_PARAMETER}),
    "Header": _named(_PARAMETER),
    "RequestBody": _table(description="text", content="{MediaType}", required="flag"),
    "MediaType": _table(
        schema="Schema", example="any", examples="{Example}", encoding="{Encoding}"
    ),
    "Encoding": _table(
        contentType="text", headers="{Header}", style="text", explode="flag", allowReserved="flag"
    ),
    "Responses": {},
    "Response": _table(
        description="text", headers="{Header}", content="{MediaType}", links="{Link}"
    ),
    "Callback": {},
    "Example": _table(summary="text", description="text", value="any", externalValue="text"),
    "Link": _table(
        operationRef="text",
        operationId="text",
        parameters="{any}",
        requestBody="any",
        description="text",
        server="Server",
    ),
    "Tag": _table(name="text", description="text", externalDocs="ExternalDocs"),
    "SecurityScheme": _named(
        {
            "type": "text",
            "description": "text",
            "name": "text",
            "in": "text",
            "scheme": "text",
            "bearerFormat": "text",
            "flows": "OAuthFlows",
            "openIdConnectUrl": "text",
        }
    ),
    "OAuthFlows": _table(
        implicit="OAuthFlow",
        password="OAuthFlow",
        clientCredentials="OAuthFlow",
        authorizationCode="OAuthFlow",
    ),
    "OAuthFlow": _table(
        authorizationUrl="text", tokenUrl="text", refreshUrl="text", scopes="{text}"
    ),
    "Discriminator": _table(propertyName="text", mapping="{text}"),
    "XML": _table(name="text", namespace="text", prefix="text", attribute="flag", wrapped="flag"),
    "Schema": _named(
        {
            "$ref": "text",
            "$id": "text",
            "$schema": "text",
            "$anchor": "text",
            "$dynamicAnchor": "text",
            "$dynamicRef": "text",
            "$vocabulary": "any",
            "$comment": "text",
            "$defs": "{Schema}",
            "definitions": "{Schema}",
            "if": "Schema",
            "not": "Schema",
            "type": "types",
            "enum": "[any]",
            "const": "any",
            "default": "any",
            "example": "any",
            "examples": "any",
        }
    )
    | _table(
        allOf="[Schema]",
        anyOf="[Schema]",
        oneOf="[Schema]",
        then="Schema",
        else_="Schema",
        dependentSchemas="{Schema}",
        dependentRequired="{[text]}",
        prefixItems="[Schema]",
        items="Schema",
        contains="Schema",
        properties="{Schema}",
        patternProperties="{Schema}",
        additionalProperties="Schema",
        propertyNames="Schema",
        unevaluatedItems="Schema",
        unevaluatedProperties="Schema",
        contentSchema="Schema",
        contentEncoding="text",
        contentMediaType="text",
        multipleOf="number",
        maximum="number",
        minimum="number",
        exclusiveMaximum="limit",
        exclusiveMinimum="limit",
        maxLength="count",
        minLength="count",
        pattern="text",
        maxItems="count",
        minItems="count",
        uniqueItems="flag",
        maxContains="count",
        minContains="count",
        maxProperties="count",
        minProperties="count",
        required="[text]",
        title="text",
        description="text",
        deprecated="flag",
        readOnly="flag",
        writeOnly="flag",
        format="text",
        discriminator="Discriminator",
        xml="XML",
        externalDocs="ExternalDocs",
        nullable="flag",
    ),
}

REST: dict[str, Shape] = {
    "Paths": shape("PathItem"),
    "Responses": shape("Response"),
    "Callback": shape("PathItem"),
}
"""Objects whose other members, but for `x-…`, are all of one kind."""

REFERABLE = frozenset(
    {
        "Parameter",
        "Header",
        "RequestBody",
        "Response",
        "Example",
        "Link",
        "Callback",
        "SecurityScheme",
        "PathItem",
        "Schema",
    }
)
"""Kinds that a `$ref` may stand for."""


def field_shape(kind: str, name: str) -> Shape | None:
    """The shape of one member of an object of this kind, or None if the kind has no such field."""
    found = FIELDS[kind].get(name)
    if found is None and kind in REST and not name.startswith("x-"):
        return REST[kind]
    return found
