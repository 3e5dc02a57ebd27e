from specbound.prove.builder import build as build
from specbound.prove.carried import missing as missing
from specbound.prove.case import Case as Case
from specbound.prove.checking import BuilderFault as BuilderFault
from specbound.prove.checking import check_builder as check_builder
from specbound.prove.conjunction import Unsatisfiable as Unsatisfiable
from specbound.prove.drawing import cases as cases
from specbound.prove.drawing import exchanges as exchanges
from specbound.prove.drawing import near_misses as near_misses
from specbound.prove.drawing import requests as requests
from specbound.prove.models import model_builder as model_builder
from specbound.prove.mutator import Mutant as Mutant
from specbound.prove.mutator import mutants as mutants
from specbound.prove.proof import Proof as Proof
from specbound.prove.strategies import values as values

__all__ = [
    "BuilderFault",
    "Case",
    "Mutant",
    "Proof",
    "Unsatisfiable",
    "build",
    "cases",
    "check_builder",
    "exchanges",
    "missing",
    "model_builder",
    "mutants",
    "near_misses",
    "requests",
    "values",
]
