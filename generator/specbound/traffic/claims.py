"""The kinds of claims that a documentation page makes of an API, and what each `Claim` then holds.

Knows what can be claimed. It must not know how a page writes it, nor what a contract says of it.
"""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What a page claims; `operation`, `member` and `values` of the `Claim` are meant as told here.

    A `member` is a name or a path of names with ``/`` between them. Where `operation` is None the
    claim is the whole page's.
    """

    #: There is this operation. No member, no values.
    OPERATION = "operation"
    #: These operations (`values`) are listed together in one table; with the member `page` they
    #: are all that the page names.
    OPERATIONS = "operations"
    #: These statuses (`values`) are among the replies.
    STATUS = "status"
    #: There is this member or parameter; `values` holds `GLUED` where a save may have run its name
    #: together with the word before it.
    MEMBER = "member"
    #: These (`values`) are the members, as far as the page knows. Without an operation `member` is
    #: the table's caption, which may name one in words; it is `IN_WORDS` for a list in a sentence.
    MEMBERS = "members"
    #: These values are what the member takes.
    VALUES = "values"
    #: The member takes these values among others. Without a member the list stands for itself.
    EXAMPLES = "examples"
    #: The member is ``required`` or ``optional``.
    REQUIRED = "required"
    #: This value is taken where the member is left out.
    DEFAULT = "default"
    #: The member is a number from the first value to the second; empty where the page is silent.
    RANGE = "range"
    #: The member is a text of so many characters, from the first value to the second.
    LENGTH = "length"
    #: The member's text has this format.
    FORMAT = "format"


#: The `member` of an `OPERATIONS` claim that speaks of the whole page.
WHOLE_PAGE = "page"

#: What `MEMBER` claims hold of a name that may have a part of another word before it.
GLUED = "glued"

#: The `member` of a `MEMBERS` claim that stands in a sentence, and may be no list of members.
IN_WORDS = "in words"
