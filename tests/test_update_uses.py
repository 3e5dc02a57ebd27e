"""Code that uses what is gone, found by its syntax tree; and what a client's changes are called."""

from __future__ import annotations

import ast

import pytest

from contracts import contract_of
from specbound.update.exports import exports
from specbound.update.methods import methods
from specbound.update.names import names
from specbound.update.outcome import ArgumentChange
from specbound.update.surface import label, surface
from specbound.update.uses import Gone, module
from updates import Json, branches, changed, pets, text, thing


def after(document: Json) -> None:
    """What the tests' vendor did: most of what can become of a request."""
    cat, dog = branches(document)
    cat["properties"]["colour"]["enum"] = ["red", "black"]
    del cat["properties"]["age"]
    dog["properties"]["owner"] = text()
    dog["required"].append("owner")
    branches(document).append({**thing(["kind"], kind={"const": "fish"}), "title": "Fish"})
    document["paths"]["/owners"] = document["paths"].pop("/pets/{id}")
    document["paths"]["/owners"]["get"]["parameters"] = []
    document["components"]["schemas"]["Pet"]["properties"].pop("mood")


OLD = surface(contract_of(pets()), "pets_client")
NEW = surface(contract_of(changed(after)), "pets_client")
TWINS = {"POST /pets": "POST /pets"}
TEXTS = (
    {
        "pets_client/__init__.py": "from .client import Pets\n",
        "pets_client/models/__init__.py": "",
        "pets_client/models/__init__.pyi": "from .cats import CatPet, Gone, Pet\n",
        "pets_client/models/cats.py": "class Cat: ...\nclass Gone: ...\nRatio: str = ''\n",
    },
    {
        "pets_client/__init__.py": "from .client import Pets\n",
        "pets_client/models/__init__.pyi": "from .cats import CatPet, Pet\n",
        "pets_client/models/cats.py": "class Cat: ...\n",
    },
)
GONE = Gone((OLD, NEW), TWINS, (exports(TEXTS[0]), exports(TEXTS[1])))

HEAD = "from pets_client import Pets\nclient = Pets()\n"


def found(code: str, head: str = HEAD) -> list[str]:
    uses = module(ast.parse(head + code), "app.py", GONE)
    lines = head.count("\n")
    return [f"{use.line - lines}:{use.column} {use.reason}" for use in uses]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("client.pets.create(kind='cat')", []),
        ("client.pets.create(kind='cat', colour='red')", []),
        (
            "client.pets.create(kind='cat', colour='grey')",
            ["1:32 `colour` does not take 'grey'; it takes 'black', 'red'"],
        ),
        (
            "client.pets.create(kind='cat', age=3)",
            ['1:32 there is no argument `age` with kind="cat"'],
        ),
        (
            "client.pets.create(kind='dog', name='Rex')",
            ['1:1 `owner` must be given now with kind="dog"'],
        ),
        ("client.pets.create(kind='dog', name='Rex', **more)", []),
        ("client.pets.create(**more)", []),
        ("client.pets.create(kind=kind, colour=colour)", []),
        # Wrong before, and not for what has changed.
        ("client.pets.create(kind='cow')", []),
        ("client.pets.create(kind='cat', size=3)", []),
        ("client.pets.create(kind='cat', options=None)", []),
        ("client.pets.retrieve('1')", ["1:1 `pets.retrieve` is gone, as is GET /pets/{id}"]),
        ("await client.pets.retrieve('1')", ["1:7 `pets.retrieve` is gone, as is GET /pets/{id}"]),
        ("get = client.pets.retrieve", ["1:7 `pets.retrieve` is gone, as is GET /pets/{id}"]),
        (
            "client.pets.create.build(kind='cat', age=3)",
            ['1:38 there is no argument `age` with kind="cat"'],
        ),
        ("client.pets.create.parse(response)", []),
        (
            "pet = client.pets.create(kind='cat')\nprint(pet.mood)",
            ["2:7 no model has a member `mood` any more"],
        ),
    ],
)
def test_calls(code, said):
    assert found(code) == said


@pytest.mark.parametrize(
    "code",
    [
        "all = client.pets\nall.create(kind='cat', age=3)",
        "make = client.pets.create\nmake(kind='cat', age=3)",
        "KIND = 'cat'\nclient.pets.create(kind=KIND, age=3)",
        "class A:\n  c: Pets\n  def go(self): self.c.pets.create(kind='cat', age=3)",
        "def go(api: 'Pets'): api.pets.create(kind='cat', age=3)",
        "async def f():\n  async with AsyncPets() as api: await api.pets.create(kind='cat', age=3)",
        "Pets().pets.create(kind='cat', age=3)",
        "with_options = client.with_options(x=1).pets.create(kind='cat', age=3)",
    ],
)
def test_a_method_is_known_under_other_names(code):
    assert [use.split(" ", 1)[1] for use in found(code)] == [
        'there is no argument `age` with kind="cat"'
    ]


def test_code_that_knows_nothing_of_the_client_is_left_alone():
    code = "zoo.pets.retrieve(1)\nzoo.pets.create(kind='cat', age=3)\nzoo.mood"
    assert found(code, "import zoo\n") == []


def test_what_is_called_a_client_is_one():
    code = "def go(client):\n  client.pets.retrieve('1')"
    assert found(code, "") == ["2:3 `pets.retrieve` is gone, as is GET /pets/{id}"]


def test_imports():
    code = (
        "from pets_client.models.cats import Cat, Gone as G, Ratio\n"
        "from .pets_client.models.cats import Gone"
    )
    assert found(code, "") == [
        "1:1 `Gone` is gone from `pets_client.models.cats`",
        "1:1 `Ratio` is gone from `pets_client.models.cats`",
        "2:1 `Gone` is gone from `pets_client.models.cats`",
    ]
    assert found("from pets_client.models import dogs", "") == []


@pytest.mark.parametrize(
    "code",
    [
        "from pets_client import models\nx: models.Gone",
        "from pets_client import models as m\ndef f(x: m.Gone): ...",
        "import pets_client.models as m\nm.Gone",
        "import pets_client.models\npets_client.models.Gone",
        "import pets_client\nisinstance(x, pets_client.models.Gone)",
        "from . import pets_client as p\np.models.Gone",
    ],
)
def test_models_are_known_under_other_names(code):
    (said,) = found(code, "")
    assert said.endswith("`Gone` is gone from `pets_client.models`")
    assert found(code.replace("Gone", "Pet"), "") == []


@pytest.mark.parametrize(
    "code",
    [
        "from pets_client.models import CatPet\nCatPet(kind='cat', age=3)",
        "from pets_client import models\nmodels.CatPet(kind='cat', age=3)",
    ],
)
def test_members_that_are_given_to_a_model(code):
    (said,) = found(code, "")
    assert said.endswith("`CatPet` has no member `age` any more")


def test_a_name_that_means_something_else_is_told():
    """The same name for another operation is worse than no name."""
    taken = changed(after)
    taken["paths"]["/owners"]["get"]["x-specbound"] = {"name": "pets.retrieve"}
    new = surface(contract_of(taken), "pets_client")
    gone = Gone((OLD, new), TWINS, ({}, {}))
    uses = module(ast.parse(HEAD + "client.pets.retrieve('1')"), "app.py", gone)
    said = "`pets.retrieve` means GET /owners now, not GET /pets/{id}"
    assert [use.reason for use in uses] == [said]
    assert [one.taken for one in methods(OLD, new, TWINS) if one.old == "pets.retrieve"] == [
        "GET /owners"
    ]


# --- what becomes of methods and names


def test_methods_are_told_form_by_form():
    told = {one.old or one.new: one for one in methods(OLD, NEW, TWINS)}
    assert told["pets.retrieve"].new is None
    assert told["owners.list"].old is None
    forms = {form.label: form for form in told["pets.create"].forms}
    assert set(forms) == {'kind="cat"', 'kind="dog"', 'kind="fish"'}
    assert forms['kind="fish"'].old is None
    assert {one.name: one.breaks for one in forms['kind="cat"'].arguments} == {
        "colour": True,
        "age": True,
    }
    colour = next(one for one in forms['kind="cat"'].arguments if one.name == "colour")
    assert (colour.lost, colour.gained) == (("grey",), ("black",))
    assert forms['kind="dog"'].arguments == (
        ArgumentChange("owner", None, "owner: str", breaks=True),
    )


def test_a_document_against_itself_changes_nothing():
    assert methods(OLD, OLD, {key: key for key in OLD.methods}) == ()
    same = names(OLD, OLD)
    assert (same.changed, same.renamed, same.gone, same.added) == ((), (), (), ())


def test_names_are_told_by_what_happened_to_them():
    told = names(OLD, NEW)
    assert "FishPet" in {one.new for one in told.added}
    pet = next(one for one in told.changed if one.new == "Pet")
    assert [(one.name, one.new) for one in pet.members] == [("mood", None)]


def test_labels_name_what_tells_forms_apart():
    assert [label(form) for form in OLD.by_name["pets.create"].forms] == [
        'kind="cat"',
        'kind="dog"',
    ]
    assert label(OLD.by_name["pets.retrieve"].forms[0]) == ""


# --- values written in code against types


@pytest.mark.parametrize(
    ("kind", "code", "fits"),
    [
        ("str", "'a'", True),
        ("str", "1", False),
        ("int | None", "None", True),
        ("int", "-1", True),
        ("int", "True", False),
        ("float", "1", True),
        ("Literal['a', 'b']", "'c'", False),
        ("Literal['a', 'b'] | str", "'c'", True),
        ("Literal[1, -1]", "-1", True),
        ("Literal[1]", "True", False),
        ("Sequence[Literal['a']]", "['a', 'b']", False),
        ("Sequence[Literal['a']]", "('a', x)", True),
        ("Sequence[str]", "'a'", False),
        ("Mapping[str, Any]", "{'a': 1}", True),
        ("Pet | Mapping[str, Any]", "{'id': 'a', 'name': 'b'}", True),
        ("Pet | Mapping[str, Any]", "{'id': 'a'}", False),
        ("Pet | Mapping[str, Any]", "{'id': 'a', **more}", True),
        ("Pet | Mapping[str, Any]", "{'id': 'a', 'name': 'b', 'size': 1}", False),
        ("Sequence[Pet | Mapping[str, Any]]", "[{'id': 'a', 'name': 'b', 'mood': 'mad'}]", False),
        ("UUID | str", "x", True),
        ("Any", "1", True),
        ("Unknown", "1", True),
        ("not a type", "1", True),
    ],
)
def test_values_against_types(kind, code, fits):
    assert OLD.types.takes(kind, ast.parse(code, mode="eval").body) is fits
