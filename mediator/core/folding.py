"""What a template says alike each time is worked out once, when it is compiled, and not for every page.

A page says about 120 things in the language of its reader and draws 20 icons; asking for each of them was a tenth of
its time. So there is an environment for each language (and each path the application is mounted at), in which `_`,
`icon` and `static_url` with literal arguments become the text they give. With a variable in them they stay calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from markupsafe import escape

#: What gives a text in HTML, and what gives one to be escaped as any other. `escaping`: whether the template escapes.
Marked = Mapping[str, Callable[[str], str]]
Plain = Mapping[str, Callable[[str], str]]


class Folding(NodeTransformer):
    """Puts the text in the place of the call. `words` says a text in the language of the environment."""

    def __init__(self, words: Callable[[str], str], marked: Marked, plain: Plain, *, escaping: bool) -> None:
        self._words, self._marked, self._plain, self._escaping = words, marked, plain, escaping

    def visit_Call(self, node: nodes.Call, *args: Any, **kwargs: Any) -> nodes.Expr:  # noqa: N802  Jinja's name
        """A call by name with one literal text, and for `_` the values by name that stand in it."""
        self.generic_visit(node, *args, **kwargs)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs or len(node.args) != 1:
            return node
        name, given = node.node.name, node.args[0]
        if not isinstance(given, nodes.Const) or not isinstance(given.value, str):
            return node
        if name == "_":
            return self._said(self._words(given.value), node.kwargs, node.lineno)
        if node.kwargs:
            return node
        if name in self._marked:
            return nodes.TemplateData(str(self._marked[name](given.value)), lineno=node.lineno)
        if name in self._plain:
            return nodes.Const(self._plain[name](given.value), lineno=node.lineno)
        return node

    def visit_Concat(self, node: nodes.Concat, *args: Any, **kwargs: Any) -> nodes.Expr:  # noqa: N802  Jinja's name
        """Constants put together with "~": worked out here, since Jinja would forget that some of it was HTML."""
        self.generic_visit(node, *args, **kwargs)
        if not all(isinstance(one, nodes.TemplateData | nodes.Const) for one in node.nodes):
            return node
        if not any(isinstance(one, nodes.TemplateData) for one in node.nodes):
            return node
        return nodes.TemplateData("".join(self._text(one) for one in node.nodes), lineno=node.lineno)

    def _text(self, node: nodes.Expr) -> str:
        if isinstance(node, nodes.TemplateData):
            return node.data
        value = node.as_const()
        return str(escape(value)) if self._escaping else str(value)

    def _said(self, words: str, values: list[nodes.Keyword], line: int) -> nodes.Expr:
        """Our own words are HTML where a page escapes, as Jinja's gettext marks them; what is put in is escaped."""
        if not values:
            return nodes.TemplateData(words % {}, lineno=line)  # a pattern all the same: "%%" stands for one
        pairs = [nodes.Pair(nodes.Const(one.key, lineno=line), one.value, lineno=line) for one in values]
        return nodes.Mod(nodes.TemplateData(words, lineno=line), nodes.Dict(pairs, lineno=line), lineno=line)
