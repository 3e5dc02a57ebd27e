"""`specbound mock`: a server that answers as the document says, and what it tells while it runs.

Knows what is asked for and how a run starts and ends. It must not know how requests are answered,
nor how findings are laid out.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from difflib import get_close_matches

from specbound.commands.inputs import Inputs
from specbound.commands.serving import App, listener, serve, url_of
from specbound.contract.lifecycle import Resource
from specbound.contract.load import Contract, load
from specbound.diagnostics import Code, failure
from specbound.mock.app import MockApp, mock_app
from specbound.mock.preferences import KNOWN, read
from specbound.mock.settings import Served, Settings
from specbound.report.findings import Look
from specbound.report.phrases import one_line
from specbound.report.served import served_text
from specbound.report.terminal import counted, wants_color

OK = 0
#: So many resources are told one by one, unless everything is to be told.
_TOLD = 12


def mock(inputs: Inputs, arguments: Namespace) -> int:
    """Serve a document until a signal comes."""
    contract = load(inputs.spec, inputs.overlays, validate=False)
    faults = dict(arguments.faults)
    _expect_known(contract, faults)
    screen = _Screen(Look(wants_color(sys.stdout), 0, arguments.verbose, arguments.quiet))
    settings = Settings(
        strict_ids=not arguments.any_id,
        auth=not arguments.no_auth,
        keys=arguments.keys,
        pace=arguments.pace,
        now=arguments.now,
        faults=faults,
        told=screen.told,
    )
    with listener(arguments.listen) as bound:
        app = mock_app(contract, arguments.seed, **settings)
        screen.opening = "\n".join(_opening(app, url_of(bound), arguments.verbose))
        with _recorded(app, contract, arguments.record) as served:
            serve(served, bound, screen.opened)
    screen.say(screen.closing())
    return OK


@contextmanager
def _recorded(app: MockApp, contract: Contract, file: str | None) -> Iterator[App]:
    """The app, and what passes in a recording where one is wanted."""
    if file is None:
        yield app
        return
    from specbound.live import ContractMiddleware, Watch

    with Watch(contract, on_finding="ignore", record=file) as watch:
        yield ContractMiddleware(app, watch)


@dataclass(slots=True)
class _Screen:
    """What is shown while the mock runs, and the sums of it."""

    look: Look
    seen: Counter[str] = field(default_factory=Counter)
    is_open: bool = True
    opening: str = ""

    def opened(self) -> None:
        """Show what is served, once: the first request may come before the server says it is up."""
        words, self.opening = self.opening, ""
        if words:
            self.say(words)

    def told(self, one: Served) -> None:
        """Show one request and why it was refused; a quiet run shows none."""
        self.opened()
        self.seen["requests"] += 1
        self.seen["refused"] += 400 <= one.status < 500 and not one.preferred
        self.seen["failed"] += one.status >= 500
        self.say(served_text(one, self.look).rstrip("\n"))

    def say(self, words: str) -> None:
        """Print, unless nobody wants to hear, or the reader has left."""
        if self.look.quiet or not self.is_open:
            return
        try:
            print(words.encode("utf-8", "backslashreplace").decode(), flush=True)
        except (OSError, ValueError):
            self.is_open = False

    def closing(self) -> str:
        """The last line: how many requests there were, and how many were refused."""
        seen = self.seen
        failed = f", {seen['failed']} failed" if seen["failed"] else ""
        return f"{counted(seen['requests'], 'request')}: {seen['refused']} refused{failed}"


def _opening(app: MockApp, url: str, verbose: bool) -> Iterator[str]:
    """What is served: the address, and what is kept."""
    contract, resources = app.contract, app.answering.keeper.resources
    title = one_line(f"{contract.title} {contract.version}".strip())
    number = counted(len(contract.operations), "operation")
    yield f"specbound mock: {url} answers {number} ({title})"
    shown = resources if verbose or len(resources) <= _TOLD else resources[:_TOLD]
    yield from (f"  {_resource(one)}" for one in shown)
    if len(shown) < len(resources):
        yield f"  and {len(resources) - len(shown)} more kinds of things (-v lists all)"
    if verbose:
        yield from (f"  {one.key}  {one.name}" for one in contract.operations.values())
    yield f"  {url}/openapi.json is the document; Ctrl-C stops"


def _resource(one: Resource) -> str:
    """One kind of things in a line: what can be done, and how far they go by themselves."""
    counts = Counter(role.does for role in one.roles)
    done = [f"{does} ({number})" if number > 1 else does for does, number in counts.items()]
    way = f"; {' → '.join(one.states.way)}" if one.states and one.states.way else ""
    return one_line(f"{one.path}: {', '.join(done)}{way}")


def _expect_known(contract: Contract, faults: dict[str, str]) -> None:
    """Refuse faults of operations that are none, and such as nobody knows."""
    names = {"*": "*"} | {one.name: one.key for one in contract.operations.values()}
    for operation, asked in faults.items():
        if operation not in contract.operations and operation not in names:
            near = get_close_matches(operation, [*contract.operations, *names], n=1)
            help = f"did you mean {near[0]}?" if near else ""
            raise failure(Code.UNREADABLE, f"{operation!r} is no operation", help=help)
        wanted = read([asked])
        if bad := wanted.senseless:
            message = f"{asked!r}: {bad} cannot be {wanted.asked[bad]!r}"
            raise failure(Code.UNREADABLE, message, help=f"{bad}: {KNOWN[bad]}")
        if not wanted.asked:
            message = f"{asked!r} asks for nothing that the mock knows"
            raise failure(Code.UNREADABLE, message, help=f"known: {', '.join(KNOWN)}")
