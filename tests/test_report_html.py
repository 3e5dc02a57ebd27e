"""The page stands alone, holds whatever recordings bring, and can be used by everybody."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import house
from contracts import contract_of, document
from specbound.check.account import Account, Cause, Entry, Group, Place
from specbound.check.coverage.coverage import Coverage
from specbound.check.finding import Finding, Part
from specbound.contract.load import Contract
from specbound.diagnostics import Severity
from specbound.origin import Origin
from specbound.report.html import html
from specbound.report.html_code import code
from specbound.report.html_rules import Rules
from specbound.traffic.exchange import Source

KEY = "POST /paints"
AT = "/paths/~1paints/post/requestBody/content/application~1json/schema"
HOSTILE = (
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\u202egnp\u0000\ud800 'q' \"d\""
)
VOID = {"meta", "link", "input", "br", "hr", "img"}


def contract() -> Contract:
    schema = {
        "type": "object",
        "required": ["colour"],
        "properties": {
            "colour": {"type": "string", "maxLength": 3, "description": "Which colour."},
            "layers": {"type": "array", "items": {"type": "integer"}},
        },
    }
    post = {
        "requestBody": {"content": {"application/json": {"schema": schema}}},
        "responses": {"201": {"description": "made"}},
    }
    get = {"responses": {"200": {"description": "all"}}}
    return contract_of(document({"/paints": {"post": post, "get": get}}))


CONTRACT = contract()
BODY = CONTRACT.operations[KEY].body


def rule_at() -> str:
    """Where the named schema of the body has the rule."""
    assert BODY is not None
    schema = BODY.content["application/json"]
    assert isinstance(schema, dict)
    return schema["$ref"].removeprefix("#") + "/properties/colour/maxLength"


def group(message: str = "colour is too long", sample: Any = None, **more: Any) -> Group:
    source = Source(more.pop("file", "traffic.ndjson"), 41, 40)
    facts = {
        "code": "max-length",
        "severity": Severity.ERROR,
        "operation": KEY,
        "part": Part.REQUEST_BODY,
        "pointer": "/colour",
        "spec": Origin("openapi.json", rule_at(), 812, 17),
        **more,
    }
    finding = Finding(message=message, source=source, **facts)
    cause = Cause(facts["operation"] or "", finding.part, finding.code, finding.pointer, rule_at())
    places = tuple(Place(source._replace(line=line), None, "/colour") for line in (41, 57))
    return Group(cause, finding, 7, places, sample or {"colour": "crimson", "layers": [1, 2]})


def account(*groups: Group, **more: Any) -> Account:
    facts = {
        "title": "Paint",
        "version": "1",
        "operations": 2,
        "files": 1,
        "exchanges": 20,
        "valid": 3,
        "invalid": 9,
        "undocumented": 8,
        "findings": 7 * len(groups),
    }
    return Account(**{**facts, **more}, groups=groups)


def coverage() -> dict[str, Any]:
    seen = Coverage(CONTRACT)
    seen.see_status(KEY, "201")
    seen.see_body(KEY, "request", "application/json", {"colour": "r"})
    return seen.to_json()


def full() -> str:
    """A page with everything on it."""
    known = group("an old friend", code="enum")
    return html(
        account(
            group(variant="oil", allowed="at most 3 characters", help="write 'red'"),
            group("no such member", code="undeclared-member", severity=Severity.WARNING),
            group("limit is over 100", part=Part.QUERY, pointer="limit", operation="GET /paints"),
            group("nobody knows this", part=Part.PATH, operation=None, pointer="", spec=None),
            group("line 3 is no JSON", part=Part.RECORD, operation=None, pointer="", spec=None),
            known=((known, Entry(known.cause, 7, "ticket 12", "2030-01-31")),),
            stale=(Entry(known.cause, 1, "gone"),),
            expired=(Entry(known.cause, 1, "late", "2020-01-31"),),
            skipped={"no JSON in a fence": 12},
            unchecked={"no schema for text/html": 4},
            coverage=coverage(),
        ),
        CONTRACT,
    )


class Tree(HTMLParser):
    """What a browser would make of the page, as far as these tests ask."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self.problems: list[str] = []
        self.feed(text)
        self.close()
        self.problems += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def text(self, tag: str = "") -> str:
        return "".join(text for name, text in self.texts if not tag or name == tag)


# --- the page as a document


def test_elements_are_closed_in_order():
    tree = Tree(full())
    assert not tree.problems
    assert tree.all("html") == [{"lang": "en"}]
    assert len(tree.all("h1")) == len(tree.all("main")) == 1


def test_everything_is_there_without_javascript():
    text = Tree(full()).text()
    for told in (
        "colour is too long",
        "at most 3 characters",
        "write 'red'",
        "oil",
        "openapi.json:812:17",
        "traffic.ndjson:41",
        "traffic.ndjson:57",
        "and 5 more",
        '"crimson"',
        "maxLength",
        "ticket 12",
        "2030-01-31",
        "no JSON in a fence",
        "no schema for text/html",
        "never called",
        "the recording itself",
        "/paints",
        "exactly 3 characters (maxLength)",
    ):
        assert told in text, told


def test_nothing_is_fetched():
    tree = Tree(full())
    for tag, attributes in tree.elements:
        for name in ("src", "srcset", "action", "data", "poster", "formaction"):
            assert name not in attributes, tag
        assert (attributes.get("href") or "#").startswith("#")
        assert "style" not in attributes, "the policy would not let it"
        assert not [name for name in attributes if name.startswith("on")]
    style = tree.text("style")
    assert "url(" not in style
    assert "@import" not in style


def test_only_its_own_style_and_script_may_run():
    tree = Tree(full())
    policy = next(one["content"] for one in tree.all("meta") if one.get("http-equiv"))
    for tag in ("style", "script"):
        assert len(tree.all(tag)) == 1
        digest = base64.b64encode(hashlib.sha256(tree.text(tag).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in (policy or "")
    assert "default-src 'none'" in (policy or "")


def test_it_can_be_used_with_a_keyboard_and_a_screen_reader():
    tree = Tree(full())
    ids = [attributes["id"] for _, attributes in tree.elements if "id" in attributes]
    assert [name for name, count in Counter(ids).items() if count > 1] == []
    links = {(one.get("href") or "").removeprefix("#") for one in tree.all("a")}
    assert links <= set(ids)
    assert all(one.get("type") for one in tree.all("button"))
    labels = tree.text("label") + "".join(text for tag, text in tree.texts if tag == "span")
    for name in ("Search", "Severity", "Code", "Operation", "Part"):
        assert name in labels
    levels = [int(tag[1]) for tag, _ in tree.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1


# --- what recordings bring


def test_hostile_text_is_text():
    nasty = group(
        HOSTILE,
        {"colour": HOSTILE, HOSTILE: [HOSTILE]},
        operation=f"GET /{HOSTILE}",
        code=HOSTILE,
        variant=HOSTILE,
        allowed=HOSTILE,
        help=HOSTILE,
        file=HOSTILE,
        pointer=f"/{HOSTILE}",
    )
    seen = coverage()
    seen["by_operation"][f"GET /{HOSTILE}"] = seen["by_operation"][KEY] | {
        "missing": [dict.fromkeys(("kind", "part", "place", "words", "pointer"), HOSTILE)]
    }
    text = html(
        account(
            nasty,
            title=HOSTILE,
            known=((nasty, Entry(nasty.cause, 1, HOSTILE, HOSTILE)),),
            stale=(Entry(nasty.cause, 1, HOSTILE),),
            skipped={HOSTILE: 1},
            coverage=seen,
        ),
        CONTRACT,
    )
    tree = Tree(text)
    assert not tree.problems
    assert len(tree.all("script")) == 1
    assert not tree.all("img")
    assert "<img src=x onerror=alert(2)>" in tree.text()
    assert "\u202e" not in text
    assert "\\u202e" in text
    assert "\x00" not in text
    text.encode("utf-8")


def test_a_run_of_very_many_causes_stays_usable():
    sample = {"colour": "x" * 300, "layers": list(range(400))}
    groups = (group(f"fault {number}", sample) for number in range(2_000))
    text = html(account(*groups, coverage=coverage()), CONTRACT)
    assert "fault 1999" in text
    assert len(text) < 5_000_000


def test_nothing_to_tell():
    tree = Tree(html(account(exchanges=0, valid=0, invalid=0, undocumented=0), CONTRACT))
    assert not tree.problems
    assert "No exchange was judged" in tree.text()
    assert "Nothing new was found." in tree.text()


def test_the_same_account_gives_the_same_page():
    assert full() == full()


# --- code


def lines(value: Any, at: str, most: int = 40) -> list[str]:
    """A panel's lines as plain text, the marked ones with ``>``."""
    panel = code("", "", value, at, most)
    return [
        (">" if line.attributes.get("class") == "hit" else " ") + re.sub("<[^>]*>", "", line.code)
        for line in panel.lines
    ]


def test_the_offending_place_is_marked():
    assert lines({"a": [1, {"b": True}], "c": None}, "/a/1/b") == [
        " {",
        '   "a": [',
        "     1,",
        "     {",
        '>      "b": true',
        "     }",
        "   ],",
        '   "c": null',
        " }",
    ]


@pytest.mark.parametrize(
    ("value", "at", "marked"),
    [
        ({"a": [1, 2]}, "/a", ['>  "a": [', ">    1,", ">    2", ">  ]"]),
        ({"a": 1}, "/missing", [">{"]),
        ({"a": {"b": 1}}, "/a/missing", ['>  "a": {', '>    "b": 1', ">  }"]),
        ({"a/b~": 1, "c": 2}, "/a~1b~0", ['>  "a/b~": 1,']),
        ("text", "", ['>"text"']),
        ([], "", [">[]"]),
    ],
)
def test_what_is_marked(value, at, marked):
    assert [line for line in lines(value, at) if line.startswith(">")] == marked


def test_what_is_far_from_the_place_is_folded():
    value = {"head": 1, "items": [{"n": n, "m": n} for n in range(100)], "tail": 2}
    found = lines(value, "/items/50/n", 9)
    assert '>      "n": 50,' in found
    assert '   "items": [' in found
    assert any("more line" in line for line in found)
    assert len(found) < 20


@pytest.mark.parametrize("most", [1, 8, 40])
def test_every_line_is_shown_or_counted(most):
    value = {"head": 1, "items": [{"n": n, "m": n} for n in range(100)], "tail": 2}
    whole = len(lines(value, "", 10_000))
    for at in ("", "/head", "/items/0", "/items/50/n", "/items/99/m", "/tail"):
        found = lines(value, at, most)
        folded = [int(match[1]) for line in found if (match := re.search(r"… (\d+) more", line))]
        assert len(found) - len(folded) + sum(folded) == whole


@pytest.mark.parametrize(
    "pointer",
    [
        rule_at(),
        "/paths/~1paints/post/requestBody/content/application~1json/schema/properties/colour/maxLength",
    ],
)
def test_the_rule_is_found_by_its_place_in_contract_or_source(pointer):
    found, at = Rules(CONTRACT).find(pointer)
    assert found == {"type": "string", "maxLength": 3, "description": "Which colour."}
    assert at == "/maxLength"


@pytest.mark.parametrize("pointer", ["/nowhere", "/paths/~1paints/post/responses/x/y", AT + "/5"])
def test_a_rule_that_is_not_there(pointer):
    assert Rules(CONTRACT).find(pointer) == (None, "")


# --- colours

PAIRS = [
    ("text", "page card sunk hit all most some little"),
    ("muted", "page card sunk"),
    ("accent", "page card"),
    ("ok", "card ok-soft"),
    ("error", "card error-soft"),
    ("warning", "card warning-soft"),
    ("note", "note-soft"),
    ("key", "sunk hit"),
    ("string", "sunk hit"),
    ("number", "sunk hit"),
]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(
    ("front", "back"), [(front, back) for front, some in PAIRS for back in some.split()]
)
def test_contrast(theme, front, back):
    """WCAG 2.2, 1.4.3: 4.5 to 1 for text."""
    style = (house.TEMPLATES / "report" / "look.css.jinja").read_text("utf-8")
    found = re.findall(r"--([\w-]+): light-dark\((#\w+), (#\w+)\)", style)
    colours = {name: one if theme == "light" else other for name, one, other in found}
    one, other = sorted((luminance(colours[front]), luminance(colours[back])))
    assert (other + 0.05) / (one + 0.05) >= 4.5


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


# --- in a browser

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Headless Chromium, where both it and its driver are installed."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser")
    if binary is None:
        pytest.skip("no chromium binary on the path")
    driver = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with driver.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=binary, args=FLAGS)
        yield chromium
        chromium.close()


class Visit:
    """One visit of the page: what it asked for and complained of."""

    def __init__(self, browser: Any, file: Path, **how: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda one: self.requests.append(one.url))
        self.page.on("console", lambda one: self.complaints.append(one.text))
        self.page.on("dialog", lambda one: self.complaints.append(one.message))
        self.page.on("pageerror", lambda one: self.complaints.append(str(one)))
        self.page.goto(file.as_uri())

    def shown(self) -> list[str]:
        """The messages of the cards in sight."""
        return self.page.locator(".cards > li:not([hidden]) .message").all_inner_texts()

    def count_of(self, text: str) -> int:
        """How many cards a search leaves in sight."""
        self.page.fill("#search", text)
        self.page.wait_for_timeout(200)
        return self.page.locator(".cards > li:not([hidden])").count()

    def search(self, text: str) -> list[str]:
        self.page.fill("#search", text)
        self.page.wait_for_timeout(200)
        return self.shown()


@pytest.fixture(scope="module")
def page(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("report") / "report.html"
    file.write_text(full(), "utf-8")
    return file


def test_search_and_filters(browser, page):
    visit = Visit(browser, page)
    assert len(visit.shown()) == 6
    assert visit.search("NO such") == ["no such member"]
    visit.page.keyboard.press("Escape")
    assert len(visit.shown()) == 6
    visit.page.select_option("[data-filter=severity]", "warning")
    assert visit.shown() == ["no such member"]
    assert "1 of 6" in visit.page.inner_text("#shown")
    visit.page.select_option("[data-filter=part]", "query")
    assert visit.shown() == []
    visit.page.click("#clear")
    visit.page.wait_for_timeout(100)
    assert len(visit.shown()) == 6
    visit.page.select_option("[data-filter=operation]", "GET /paints")
    assert visit.shown() == ["limit is over 100"]
    assert visit.page.locator(".map > li:not([hidden])").count() == 1
    assert visit.complaints == []
    assert visit.requests == [page.as_uri()]


def test_filtering_thousands_is_quick(browser, tmp_path):
    """List items that are numbered by the browser made one filter take 20 seconds."""
    file = tmp_path / "many.html"
    groups = (group(f"fault {number}", {"colour": "x" * 90}) for number in range(2_000))
    file.write_text(html(account(*groups), CONTRACT), "utf-8")
    visit = Visit(browser, file)
    started = time.monotonic()
    counts = [visit.count_of(text) for text in ("fault 1999", "fault", "nothing", "")]
    assert counts == [1, 2_000, 0, 2_000]
    assert time.monotonic() - started < 10


def test_keyboard(browser, page):
    visit = Visit(browser, page)
    visit.page.keyboard.press("/")
    assert visit.page.evaluate("document.activeElement.id") == "search"
    assert visit.page.input_value("#search") == ""
    visit.page.keyboard.press("/")
    assert visit.page.input_value("#search") == "/"
    third = visit.page.locator("#f3 summary")
    third.focus()
    assert visit.page.evaluate(
        "getComputedStyle(document.querySelector('#f3 summary')).outlineStyle !== 'none'"
    )
    visit.page.keyboard.press("Enter")
    assert visit.page.locator("#f3 details").get_attribute("open") is not None
    visit.page.click("#expand")
    assert visit.page.locator(".card[open]").count() == 6


def test_a_link_to_a_finding_opens_it(browser, page):
    visit = Visit(browser, page)
    visit.page.goto(page.as_uri() + "#f4")
    visit.page.wait_for_timeout(100)
    assert visit.page.locator("#f4 details").get_attribute("open") is not None


def test_theme(browser, page):
    background = "getComputedStyle(document.body).backgroundColor"
    light = Visit(browser, page, color_scheme="light")
    dark = Visit(browser, page, color_scheme="dark")
    before = light.page.evaluate(background)
    assert before != dark.page.evaluate(background)
    light.page.click("#theme")
    assert light.page.evaluate(background) == dark.page.evaluate(background)
    light.page.reload()
    assert light.page.evaluate(background) == dark.page.evaluate(background), "it is remembered"
    light.page.click("#theme")
    assert light.page.evaluate(background) == before


@pytest.mark.parametrize("width", [320, 375, 768])
def test_no_sideways_scrolling(browser, page, width):
    visit = Visit(browser, page, viewport={"width": width, "height": 800})
    visit.page.click("#expand")
    visit.page.locator(".missing summary").first.click()
    assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_javascript(browser, page):
    visit = Visit(browser, page, java_script_enabled=False)
    assert not visit.page.locator(".tools").is_visible()
    assert not visit.page.locator("#theme").is_visible()
    visit.page.click("#f3 summary")
    assert visit.page.locator("#f3 .body").is_visible()
    assert visit.requests == [page.as_uri()]


def test_hostile_text_runs_nothing(browser, tmp_path):
    file = tmp_path / "hostile.html"
    file.write_text(html(account(group(HOSTILE, {"colour": HOSTILE})), CONTRACT), "utf-8")
    visit = Visit(browser, file)
    visit.page.wait_for_timeout(100)
    assert visit.complaints == []
    assert "onerror=alert(2)" in visit.shown()[0]
