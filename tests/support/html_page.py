"""Parse HTML pages strictly."""

import re
from html.parser import HTMLParser

VOID = {"br", "link", "meta"}
TAGS = VOID | set(
    re.findall(
        r"\w+",
        "a bdi body caption code dd details div dl dt figcaption figure footer h1 h2 h3 head header html li main nav "
        "ol p section small span strong style summary table tbody td th thead title tr ul "
        "svg g path defs use text desc",
    )
)


class Page(HTMLParser):
    """Elements and text of a page; badly nested elements and repeated attributes are errors."""

    def __init__(self, source):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(source)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), "repeated attribute"
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append((self.open[-1] if self.open else "", data))

    @property
    def text(self):
        return " ".join(" ".join(data for tag, data in self.texts if tag != "style").split())

    def all(self, *tags):
        return [attributes for tag, attributes in self.elements if tag in tags]

    def texts_in(self, tag):
        return [data for found, data in self.texts if found == tag]
