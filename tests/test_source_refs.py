"""References: bundling of files, naming, resolution in place, and origins that lead back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from specbound.source.component_names import choose
from specbound.source.load import Source, read

HEAD = {"openapi": "3.1.0", "info": {"title": "t", "version": "1"}}


def bundle(folder: Path, files: dict[str, Any]) -> Source:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(data if isinstance(data, str) else yaml.safe_dump(data, sort_keys=False))
    return read(folder / "main.yaml")


def test_schemas_of_other_files_move_into_the_components(tmp_path: Path) -> None:
    source = bundle(
        tmp_path,
        {
            "main.yaml": {
                **HEAD,
                "paths": {"/a": {"$ref": "paths/a.yaml"}},
                "components": {"schemas": {"Zoo": {"$ref": "schemas/zoo.yaml"}, "cat": {}}},
            },
            "paths/a.yaml": {
                "get": {
                    "parameters": [{"$ref": "../parts.yaml#/limit"}],
                    "responses": {
                        "200": {
                            "description": "",
                            "content": {
                                "a/b": {"schema": {"$ref": "../schemas/animals.yaml#/cat"}}
                            },
                        }
                    },
                }
            },
            "parts.yaml": {
                "limit": {"$ref": "#/other"},
                "other": {"name": "limit", "in": "query", "schema": {"type": "integer"}},
            },
            "schemas/animals.yaml": {
                "cat": {"properties": {"kitten": {"$ref": "#/cat"}, "zoo": {"$ref": "zoo.yaml"}}}
            },
            "schemas/zoo.yaml": {
                "properties": {
                    "cats": {"items": {"$ref": "animals.yaml#/cat"}},
                    "back": {"$ref": "../main.yaml#/components/schemas/cat"},
                }
            },
        },
    )
    operation = source.document["paths"]["/a"]["get"]
    assert operation["parameters"][0]["name"] == "limit"
    schema = operation["responses"]["200"]["content"]["a/b"]["schema"]
    assert schema == {"$ref": "#/components/schemas/animals_cat"}
    schemas = source.document["components"]["schemas"]
    assert set(schemas) == {"Zoo", "cat", "animals_cat"}
    assert schemas["animals_cat"]["properties"] == {
        "kitten": {"$ref": "#/components/schemas/animals_cat"},
        "zoo": {"$ref": "#/components/schemas/Zoo"},
    }
    assert schemas["Zoo"]["properties"]["back"] == {"$ref": "#/components/schemas/cat"}
    assert len(source.files) == 5
    place = source.origin("/paths/~1a/get/parameters/0/schema/type")
    assert (Path(place.file).name, place.pointer, place.line) == (
        "parts.yaml",
        "/other/schema/type",
        7,
    )
    place = source.origin("/components/schemas/animals_cat/properties/zoo")
    assert (Path(place.file).name, place.line) == ("animals.yaml", 5)
    assert not list(source.diagnostics)


def test_escapes_anchors_and_places_that_are_no_components(tmp_path: Path) -> None:
    source = bundle(
        tmp_path,
        {
            "main.yaml": {
                **HEAD,
                "paths": {},
                "components": {
                    "schemas": {
                        "a~b/c": {"type": "string", "$anchor": "here"},
                        "x y": {},
                        "A": {"$ref": "#/components/schemas/a~0b~1c"},
                        "B": {"$ref": "#/components/schemas/x%20y"},
                        "C": {"$ref": "#here"},
                        "D": {"$ref": "#/x-shared/Thing"},
                        "E": {"properties": {"e": {"$ref": "#/components/schemas/E"}}},
                        "F": {"$ref": "#/components/schemas/E/properties/e"},
                    }
                },
                "x-shared": {"Thing": {"$ref": "#/x-shared/Other"}, "Other": {"type": "null"}},
            }
        },
    )
    schemas = source.document["components"]["schemas"]
    assert schemas["C"] == {"$ref": "#/components/schemas/a~0b~1c"}
    assert schemas["D"] == {"$ref": "#/components/schemas/Other"}
    assert schemas["Other"] == {"type": "null"}
    assert schemas["F"] == {"$ref": "#/components/schemas/E/properties/e"}


def test_discriminator_mappings_follow(tmp_path: Path) -> None:
    source = bundle(
        tmp_path,
        {
            "main.yaml": {
                **HEAD,
                "paths": {},
                "components": {"schemas": {"Pet": {"$ref": "pets.yaml#/Pet"}, "Cat": {}}},
            },
            "pets.yaml": {
                "Pet": {
                    "oneOf": [{"$ref": "#/Cat"}],
                    "discriminator": {
                        "propertyName": "kind",
                        "mapping": {"cat": "#/Cat", "dog": "pets.yaml#/Dog", "own": "Cat"},
                    },
                },
                "Cat": {"type": "object"},
                "Dog": {"type": "object"},
            },
        },
    )
    assert source.document["components"]["schemas"]["Pet"]["discriminator"]["mapping"] == {
        "cat": "#/components/schemas/pets_Cat",
        "dog": "#/components/schemas/Dog",
        "own": "Cat",
    }


def test_all_but_schemas_are_resolved_in_place(tmp_path: Path) -> None:
    source = bundle(
        tmp_path,
        {
            "main.yaml": {
                **HEAD,
                "paths": {
                    "/a": {
                        "post": {
                            "requestBody": {"$ref": "#/components/requestBodies/B"},
                            "responses": {
                                "200": {
                                    "$ref": "#/components/responses/R",
                                    "description": "mine",
                                }
                            },
                        }
                    }
                },
                "components": {
                    "requestBodies": {
                        "B": {"$ref": "#/components/requestBodies/C"},
                        "C": {"content": {}},
                    },
                    "headers": {"H": {"schema": {"type": "string"}}},
                    "responses": {
                        "R": {
                            "description": "its",
                            "headers": {"x": {"$ref": "#/components/headers/H"}},
                        }
                    },
                },
            }
        },
    )
    operation = source.document["paths"]["/a"]["post"]
    assert operation["requestBody"] == {"content": {}}
    assert operation["responses"]["200"] == {
        "description": "mine",
        "headers": {"x": {"schema": {"type": "string"}}},
    }
    place = source.origin("/paths/~1a/post/responses/200/headers/x/schema")
    assert place.pointer == "/components/headers/H/schema"
    assert place.line == 22
    place = source.origin("/paths/~1a/post/responses/200/description")
    assert (place.pointer, place.line) == ("/paths/~1a/post/responses/200/description", 13)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.yaml", "b/a.yaml", "b/c.yaml"]),
            st.sampled_from(["", "/X", "/Y", "/x/X", "/x y/X"]),
        ),
        unique=True,
    ),
    st.sets(st.sampled_from(["X", "a", "a_X"])),
    st.randoms(),
)
def test_names_differ_and_do_not_depend_on_order(
    targets: Any, taken: set[str], random: Any
) -> None:
    names = choose(targets, {}, set(taken))
    shuffled = list(targets)
    random.shuffle(shuffled)
    assert choose(shuffled, {}, set(taken)) == names
    assert len(set(names.values())) == len(names) == len(targets)
    assert not taken & set(names.values())


def test_a_broken_reference_says_what_was_perhaps_meant(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="did you mean `Animal`"):
        bundle(
            tmp_path,
            {
                "main.yaml": {
                    **HEAD,
                    "paths": {},
                    "components": {
                        "schemas": {
                            "Animal": {},
                            "A": {"$ref": "#/components/schemas/Animl"},
                        }
                    },
                }
            },
        )
