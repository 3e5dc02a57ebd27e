"""What `module:name` names: the object itself, and the Python code that gets at it.

Knows imports and attributes. It must not know contracts, nor what is done with the object.
"""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any

from specbound.traffic.capture import Caught, closed_doors

#: What stands in for a credential that a client asks for: nothing is ever sent with it.
PLACEHOLDER = "specbound-placeholder-key"
_CREDENTIALS = ("key", "token", "secret", "password", "credential")


class TargetError(Exception):
    """A target that cannot be had: the text says why, `help` what could be done."""

    def __init__(self, message: str, help: str = "") -> None:
        super().__init__(message)
        self.help = help


@dataclass(frozen=True)
class Target:
    """An object; `imports` and `expression` are the Python code that gives it."""

    text: str
    value: Any
    imports: str
    expression: str

    def step(self, name: str) -> Target:
        """What an attribute of it holds; a class is called first. Raises `TargetError`."""
        owner = self
        if isinstance(self.value, type):
            try:
                owner = self.called()
            except TargetError:
                if not hasattr(self.value, name):
                    raise
        try:
            value = getattr(owner.value, name)
        except AttributeError:
            message = f"`{owner.expression}` has no `{name}`"
            raise TargetError(message, _nearest(name, dir(owner.value))) from None
        except Exception as error:
            raise TargetError(f"`{owner.expression}.{name}` fails: {_words(error)}") from error
        return replace(owner, value=value, expression=f"{owner.expression}.{name}")

    def called(self) -> Target:
        """What it makes without arguments but for placeholders of credentials."""
        keys = dict.fromkeys(_credentials(self.value), PLACEHOLDER)
        for keywords in ({}, keys):
            try:
                return self._made(keywords)
            except TargetError:
                raise
            except Exception as error:
                last = error
        message = f"`{self.expression}` cannot be made without arguments: {_words(last)}"
        way = "name an instance, or a function that takes no arguments and makes one"
        raise TargetError(message, way) from last

    def _made(self, keywords: dict[str, str]) -> Target:
        try:
            with closed_doors():
                value = self.value(**keywords)
        except Caught:
            raise TargetError(f"`{self.expression}` sends a request when it is made") from None
        given = ", ".join(f"{name}={text!r}" for name, text in keywords.items())
        return replace(self, value=value, expression=f"{self.expression}({given})")


def resolve(text: str) -> Target:
    """What ``module:name`` or ``module:name.attribute`` means; raises `TargetError`."""
    module, colon, dotted = text.partition(":")
    if not colon or not module or not all(name.isidentifier() for name in dotted.split(".")):
        raise TargetError(f"`{text}` is not written as module:name", _written(module))
    if module.endswith(".py") or "/" in module:
        raise TargetError(f"`{module}` is a file, not a module", _written(module))
    loaded = _imported(module)
    first, *rest = dotted.split(".")
    if not hasattr(loaded, first):
        raise TargetError(f"`{module}` has no `{first}`", _nearest(first, dir(loaded)))
    target = Target(text, getattr(loaded, first), f"from {module} import {first}", first)
    for name in rest:
        target = target.step(name)
    return target


def _written(module: str) -> str:
    dotted = module.removesuffix(".py").strip("./").replace("/", ".")
    return f"for example {dotted or 'acme.client'}:create_thing"


def _imported(module: str) -> Any:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name and (module == error.name or module.startswith(error.name + ".")):
            message = f"there is no module `{error.name}`"
            raise TargetError(message, f"it was looked for in {Path.cwd()} and sys.path") from None
        raise TargetError(f"`{module}` cannot be imported: {_words(error)}") from error
    except (Exception, SystemExit) as error:
        raise TargetError(f"`{module}` cannot be imported: {_words(error)}") from error


def _words(error: BaseException) -> str:
    """The last line of a traceback, and where it happened."""
    said = traceback.format_exception_only(error)[-1].strip()
    frames = traceback.extract_tb(error.__traceback__)
    ours = str(Path(__file__).parent.parent)
    outside = [one for one in frames if not one.filename.startswith((ours, "<frozen"))]
    return f"{said} ({outside[-1].filename}:{outside[-1].lineno})" if outside else said


def _nearest(name: str, names: list[str]) -> str:
    public = [one for one in names if not one.startswith("_")]
    near = get_close_matches(name, public, 3, 0.5)
    return f"did you mean {' or '.join(f'`{one}`' for one in near)}?" if near else ""


def _credentials(function: Callable[..., Any]) -> list[str]:
    """The parameters that ask for a credential, in the words that are used for it."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return []
    asked = [name for name in names if any(word in name.lower() for word in _CREDENTIALS)]
    return asked[:1]
