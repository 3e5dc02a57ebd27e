"""The generated types accept exactly what the document's schemas accept: Runway without rules.yaml.

Two measures: mutations of our own with two oracles, and the corpus beside the repository.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mutations import Seeds, mutations, places, replaced
from scoring import Oracles, bodies, cases, score
from subjects import PACKAGE, RUNWAY, generate, ours

DOCUMENT = json.loads((RUNWAY / "openapi.json").read_text("utf-8"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return generate(tmp_path_factory.mktemp("fidelity"))


@pytest.fixture(scope="module", params=[True, False], ids=["requests", "responses"])
def some(request):
    """Cases of our own, in requests or in responses."""
    return list(cases(DOCUMENT, seed=7, each=25, requests=request.param))


@pytest.mark.parametrize("strict", [None, True], ids=["plain", "strict"])
def test_types_agree_with_both_oracles(package, some, strict):
    result = score(some, ours(package, strict))
    valid = sum(case.valid for case in some)
    print(f"\n{result}; {valid} valid")
    assert len(some) > 500
    assert valid > len(some) / 10, "hardly any value is valid: the seeds are bad"
    assert (result.unknown, result.crashes) == (0, 0)
    assert result.wrong == []


def test_every_body_has_a_valid_seed():
    seeds = Seeds(DOCUMENT)
    for operation, status, schema in bodies(DOCUMENT):
        judge = Oracles(DOCUMENT, schema)
        assert any(judge(value) for value in seeds.of(schema)), (operation, status)


@given(VALUES, st.integers())
def test_a_mutation_changes_nothing_but_one_place(value, seed):
    before = json.dumps(value)
    for mutation in mutations(value, random.Random(seed), 5):
        assert mutation == value or any(
            json.dumps(replaced(mutation, path, 0)) == json.dumps(replaced(value, path, 0))
            for path in places(value)
        )
    assert json.dumps(value) == before


@pytest.fixture(scope="module")
def corpus(shared, request, tmp_path_factory):
    """The command that judges, and its cases; they take half a minute to make, so they are kept."""
    script = shared / "bench" / "fidelity" / "fidelity.py"
    if not script.is_file():
        pytest.skip("../shared/bench/fidelity is not here")
    source = RUNWAY / "openapi.json"
    digest = sha256(source.read_bytes() + script.read_bytes()).hexdigest()[:16]
    cache = getattr(request.config, "cache", None)
    folder = cache.mkdir("fidelity") if cache else tmp_path_factory.mktemp("corpus")
    target = folder / f"{digest}.jsonl"
    command = [sys.executable, "-W", "ignore", str(script)]
    if not target.is_file():
        part = target.with_suffix(f".{os.getpid()}")
        subprocess.run([*command, "corpus", str(source), "-o", str(part)], check=True)
        part.replace(target)
    return command, target


@pytest.mark.parametrize("strict", ["0", "1"])
def test_the_shared_corpus_agrees(package, corpus, strict, tmp_path):
    command, target = corpus
    adapter = RUNWAY.parent.parent.parent / "shared/bench/fidelity/adapters/specbound.py"
    arguments = [f"root={package}", f"package={PACKAGE}", f"strict={strict}"]
    words = [word for argument in arguments for word in ("--arg", argument)]
    result = tmp_path / "result.json"
    run = [*command, "run", str(target), "--adapter", str(adapter), *words, "-o", str(result)]
    subprocess.run(run, check=True, capture_output=True)
    judged = json.loads(result.read_text("utf-8"))
    for location, least in (("request", 4000), ("response", 5800)):
        found = [case for case in judged["cases"] if case["loc"].startswith(location)]
        right = sum(case["got"] is case["expect"] for case in found)
        print(f"\n{location}, strict={strict}: {right} of {len(found)}")
        assert len(found) >= least
        assert [case for case in found if case["got"] is not case["expect"]] == []
    assert not judged["crashes"]
    assert not judged["unsupported"]
