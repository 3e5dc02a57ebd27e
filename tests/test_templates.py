"""Templates hold layout and nothing else: they loop, test a truth and include.

Whatever needs thought (names, quoting, choosing) is done in `emit`, where it can be tested.
"""

from __future__ import annotations

import re

import jinja2
import pytest
from jinja2 import nodes

import house

FILTERS = 3

TEMPLATES = house.templates()

#: A string literal on one line, in either quote, around what the template inserts.
QUOTED = re.compile(r"""(["'])(?:(?!\1).)*\0(?:(?!\1).)*\1""")

#: Jinja's syntax that decides or builds, by what it would let a template do.
LOGIC = {
    nodes.Call: "calls something",
    nodes.Compare: "compares",
    nodes.Concat: "builds text",
    nodes.BinExpr: "calculates",
    nodes.Const: "has a constant of its own",
    nodes.Macro: "defines a macro",
    nodes.Slice: "slices",
    nodes.CondExpr: "chooses inside an expression",
}


def problems(source: str) -> list[str]:
    """What a template does that it may not do, each with its line."""
    tree = jinja2.Environment().parse(source)
    found = [
        f"line {node.lineno}: {what}"
        for kind, what in LOGIC.items()
        for node in tree.find_all(kind)
        if not isinstance(node, nodes.And | nodes.Or) and node not in names_of_includes(tree)
    ]
    for number, line in enumerate(source.splitlines(), start=1):
        shown = re.sub(r"\{\{.*?\}\}", "\0", re.sub(r"\{[%#].*?[%#]\}", "", line))
        if QUOTED.search(shown):
            found.append(f"line {number}: quotes what it inserts")
    return found


def names_of_includes(tree: nodes.Template) -> list[nodes.Expr]:
    """The one constant that a template needs: which partial it includes or extends."""
    return [part.template for part in tree.find_all((nodes.Include, nodes.Extends))]


def test_there_are_templates():
    assert TEMPLATES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_without_logic(path):
    assert not problems(path.read_text("utf-8"))


def test_few_filters():
    trees = (jinja2.Environment().parse(path.read_text("utf-8")) for path in TEMPLATES)
    used = {node.name for tree in trees for node in tree.find_all(nodes.Filter)}
    assert len(used) <= FILTERS, used


def test_no_python_among_the_templates():
    """A `.py` file under templates/ breaks the editable install."""
    assert not list(house.TEMPLATES.rglob("*.py"))


@pytest.mark.parametrize(
    "source",
    [
        "{% if view.kind == 'object' %}x{% endif %}",
        "{{ view.name.upper() }}",
        "{{ 'Async' ~ view.name }}",
        "{{ view.index + 1 }}",
        'name = "{{ view.name }}"',
        "path = '/v1/{{ view.path }}/x'",
        '"""{{ view.doc }}"""',
        "{{ 'a' if view.flag else view.name }}",
        "{% macro field(x) %}{{ x }}{% endmacro %}",
    ],
)
def test_logic_is_seen(source):
    assert problems(source)


@pytest.mark.parametrize(
    "source",
    [
        "{% for field in view.fields %}{{ field.name }}: {{ field.type }}\n{% endfor %}",
        "{% if view.closed and not view.open %}x{% endif %}",
        '{% include "part.py.jinja" %}',
        'model_config = ConfigDict(extra="forbid")',
        "{% for x in view.xs %}{{ x }}{% if not loop.last %}, {% endif %}{% endfor %}",
        "{% set member = view.members[field.name] %}{{ member.doc }}",
    ],
)
def test_layout_is_not(source):
    assert not problems(source)
