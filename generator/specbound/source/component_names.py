"""Names under `#/components/schemas` for schemas that come from elsewhere.

Knows file names, pointers and which names are taken; the outcome does not depend on any order. It
must not know the schemas themselves (what generated code calls them is decided in `contract`).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import PurePath

from specbound.origin import tokens

Target = tuple[str, str]

_FORBIDDEN = re.compile(r"[^a-zA-Z0-9._-]+")


def choose(
    targets: Collection[Target], adopters: Mapping[Target, str], taken: set[str]
) -> dict[Target, str]:
    """Name each target: by the component that stands for it, else its own last step, else more."""
    names = dict(adopters)
    open_targets = sorted(target for target in targets if target not in names)
    for spell in (_short, _with_file, _with_path):
        groups: dict[str, list[Target]] = defaultdict(list)
        for target in open_targets:
            groups[spell(target)].append(target)
        open_targets = []
        for name, group in groups.items():
            if len(group) == 1 and name not in taken:
                names[group[0]] = name
            else:
                open_targets += group
        taken = taken | set(names.values())
    for target in sorted(open_targets):
        name = next(
            found for n in range(2, 10_000) if (found := f"{_with_path(target)}_{n}") not in taken
        )
        names[target] = name
        taken.add(name)
    return names


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("_", text).strip("_") or "Schema"


def _short(target: Target) -> str:
    file, pointer = target
    steps = tokens(pointer)
    return _clean(steps[-1] if steps else PurePath(file).stem)


def _with_file(target: Target) -> str:
    return _clean(f"{PurePath(target[0]).stem}_{_short(target)}")


def _with_path(target: Target) -> str:
    return _clean("_".join([*PurePath(target[0]).with_suffix("").parts, *tokens(target[1])]))
