"""Bodies of replies: from the document's examples, else drawn, with what was sent put into them.

Knows one body at a time and whether it fits. It must not know what the service keeps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from specbound.check.schema.verdict import validators_of
from specbound.contract.items import parts
from specbound.contract.load import Contract
from specbound.mock.dress import Clock, Plain, dressed
from specbound.mock.places import at, placed
from specbound.mock.plausible import is_time, times, words
from specbound.origin import tokens
from specbound.prove.conjunction import Unsatisfiable
from specbound.prove.pick import Least, Pick, Rejected
from specbound.prove.plans import Plan
from specbound.prove.replies import Form, Replied, Replies, drawn
from specbound.traffic.exchange import ABSENT

#: So many draws are tried before the least value is taken, and so deep bodies grow.
_DRAWS = 6
_ROOM = 4

Fits = Callable[[Any], bool]


class Bodies:
    """Makes the bodies of one contract's replies; the same salt makes the same body."""

    def __init__(self, contract: Contract, seed: int | str, clock: Clock) -> None:
        self.contract = contract
        self._seed = seed
        self._clock = clock
        self._replies = Replies(contract, dressed(clock))
        self._validators = validators_of(contract)
        self._examples: dict[str, dict[str, Any]] = {}

    def fits(self, form: Form, value: Any) -> bool:
        """Whether a value is what a form asks for."""
        return form.schema is True or self._validators.of(form.schema, "response")(value)

    def declared(self, form: Form, value: Any) -> bool:
        """Whether it is, and has no member that nobody declares."""
        return self._validators.of(form.schema, "response", closed=True)(value)

    def drawn(self, form: Form, salt: str, place: str = "", value: Any = None) -> Any:
        """A value that fits, with a given part at a place if its schema has such a place.

        Raises `Unsatisfiable` where no value was found.
        """
        try:
            plan = self._replies.plan(form, place, value)
        except Unsatisfiable:
            if place:
                return self.drawn(form, salt)
            raise
        picks: list[Pick] = [Plain(f"{self._seed} {salt} {n}") for n in range(_DRAWS)]
        return self._fitting(form, plan, [*picks, Least()])

    def least(self, form: Form) -> Any:
        """The simplest value that fits; raises `Unsatisfiable`."""
        plan = self._replies.plan(form)
        return self._fitting(form, plan, [Least(), Plain(0), Plain(1)])

    def _fitting(self, form: Form, plan: Plan, picks: list[Pick]) -> Any:
        for pick in picks:
            try:
                found = drawn(plan, (pick,), _ROOM)
            except Rejected:
                continue
            if self.fits(form, found):
                return found
        raise Unsatisfiable(form.at, "no value was found that fits")

    # --- examples ---------------------------------------------------------------------------------

    def example(self, one: Replied, name: str = "") -> Any:
        """The document's example of a name, or its first; `ABSENT` if it has none that fits."""
        found = self._examples.get(one.form.at)
        if found is None:
            listed = self._listed(one)
            found = {key: value for key, value in listed if self.fits(one.form, value)}
            self._examples[one.form.at] = found
        return found.get(name, ABSENT) if name else next(iter(found.values()), ABSENT)

    def _listed(self, one: Replied) -> Iterator[tuple[str, Any]]:
        """Examples of the media type, then those of the schema itself, by their names."""
        node: Any = self.contract.tree
        for step in tokens(one.form.at)[:-1]:
            node = node.get(step, {}) if isinstance(node, Mapping) else {}
        several = node.get("examples") if isinstance(node, Mapping) else None
        for name, each in (several if isinstance(several, Mapping) else {}).items():
            if isinstance(each, Mapping) and "value" in each:
                yield name, each["value"]
        if isinstance(node, Mapping) and "example" in node:
            yield "example", node["example"]
        for part in self._roots(one.form.schema):
            for index, value in enumerate(part.get("examples", ())):
                yield f"schema-{index}", value
            if "example" in part:
                yield "schema", part["example"]

    def _roots(self, schema: Any) -> Iterator[Mapping[str, Any]]:
        """A schema and what its own reference names: branches have examples of their own."""
        for part in parts(self.contract, schema):
            yield part
            if "$ref" not in part:
                return

    def renewed(self, form: Form, body: Any, place: str) -> Any:
        """An example of a thing that is new: what tells a time tells now."""
        found = at(body, place)
        for name, value in found.items() if isinstance(found, dict) else ():
            if isinstance(value, str) and is_time(words(name)):
                for text in times(words(name), "", self._clock()):
                    whole = placed(body, place, {**at(body, place), name: text})
                    if self.fits(form, whole):
                        body = whole
                        break
        return body

    # --- what was sent ----------------------------------------------------------------------------

    def echoed(self, form: Form, body: Any, place: str, sent: Mapping[str, Any]) -> Any:
        """The body with members of the same names as were sent, as far as all of it still fits."""
        holder = at(body, place)
        if not isinstance(holder, dict) or not sent:
            return body
        known = {name: value for name, value in sent.items() if holder.get(name, ABSENT) != value}
        whole = placed(body, place, {**holder, **known})
        if not known or self.declared(form, whole):
            return whole
        for name, value in known.items():
            body = self._with(form, body, place, (name, value))
        return body

    def _with(self, form: Form, body: Any, place: str, member: tuple[str, Any]) -> Any:
        """The body with one member put in, or merged into what is there; as it is if neither fits.

        A member that the body has not got is put in only where the document declares it.
        """
        holder: dict[str, Any] = at(body, place)
        name, value = member
        test: Fits = lambda whole: (  # noqa: E731
            self.fits(form, whole) if name in holder else self.declared(form, whole)
        )
        for one in (value, _merged(holder.get(name), value)):
            whole = placed(body, place, {**holder, name: one})
            if test(whole):
                return whole
        return body


def _merged(old: Any, new: Any) -> Any:
    """Objects member by member; anything else is replaced."""
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    return {**old, **{name: _merged(old.get(name), value) for name, value in new.items()}}
