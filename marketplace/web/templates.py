"""Templates: compiled once for each language, with what every page says the same way in them.

A sentence of the catalogue, the address of a file, an icon: a call with nothing but constants in
it is made when its template is compiled, and not again for every reader. Of an address with
numbers only these are left to be filled in. See docs/decisions/0025-templates-by-language.md.
"""

import re
from collections.abc import Callable, Mapping, MutableMapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from babel import Locale
from flask import Flask
from flask.templating import Environment
from flask_babel import force_locale, get_locale, gettext
from jinja2 import nodes
from jinja2.compiler import CodeGenerator
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from config import LANGUAGES

# What stands in a route for a number or a text that has no further conditions.
VARIABLE = re.compile(r"<(?:(int|string):)?(\w+)>")


class Compiler(CodeGenerator):
    """Jinja's own, for a template whose constants are filled in first."""

    def visit_Template(self, node: nodes.Template, frame: Any = None) -> None:  # noqa: N802 - Jinja's name
        """The whole of a template: where Jinja begins."""
        _Constants(self.environment, self.name).visit(node)
        super().visit_Template(node, frame)


class LanguageEnvironment(Environment):
    """Of these each language has one. Filters, globals and files are the same for all."""

    code_generator_class = Compiler

    def __init__(self, app: Flask, **options: Any) -> None:
        super().__init__(app, **options)
        self.language = ""
        self.constants: dict[str, Callable[..., Any]] = {}
        self._languages: dict[Locale | None, LanguageEnvironment] = {None: self}

    def in_language(self, locale: Locale | None) -> "LanguageEnvironment":
        """The one for this language; for none, where nobody reads, the one that is set up."""
        found = self._languages.get(locale)
        if found is None:
            found = self._languages[locale] = self.overlay()
            found.language = str(locale)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Without globals of a template's own, the dictionary of all and not a chain of two: what
        is looked up in a chain, or taken from it, is so by Python and not in C."""
        return self.globals if d is None else super().make_globals(d)


class SpeakingFlask(Flask):
    """Flask, whose templates are those of the language that is spoken at the moment."""

    jinja_environment = LanguageEnvironment  # type: ignore[assignment]  # Flask fixes its own

    @property
    def jinja_env(self) -> LanguageEnvironment:
        """The environment, for what is rendered or looked up now."""
        return self._without_language.in_language(get_locale())

    @cached_property
    def _without_language(self) -> LanguageEnvironment:
        return self.create_jinja_environment()  # type: ignore[return-value]  # see the class above


def add_constant(app: Flask, name: str, function: Callable[..., Any]) -> None:
    """Let templates call this. What it gives for constants must be the same for good, but for the
    language: it is asked once."""
    app.jinja_env.globals[name] = function
    app.jinja_env.constants[name] = function  # type: ignore[attr-defined]  # see SpeakingFlask


def load_all(app: Flask) -> None:
    """Compile every template in every language, as a server does before it has workers."""
    for language in LANGUAGES:
        with app.app_context(), force_locale(language):
            for name in app.jinja_env.list_templates(extensions=["html", "txt"]):
                app.jinja_env.get_template(name)


class _Constants(NodeTransformer):
    """Puts in place of a call what it will always give."""

    def __init__(self, environment: Any, template: str | None) -> None:
        self._app: Flask = environment.app
        self._constants: Mapping[str, Callable[..., Any]] = environment.constants
        self._context = nodes.EvalContext(environment, template)

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802 - Jinja's name
        """What is called by its name, with arguments that can be counted."""
        self.generic_visit(node)
        if not isinstance(node.node, nodes.Name) or node.dyn_args or node.dyn_kwargs:
            return node
        name = node.node.name
        if name == "_":
            return self._sentence(node)
        if name == "url_for":
            return self._address(node) or node
        if name in self._constants and self._is_constant(*node.args, *node.kwargs):
            args = [self._value(each) for each in node.args]
            kwargs = dict(each.as_const(self._context) for each in node.kwargs)
            return nodes.Const(self._constants[name](*args, **kwargs))
        return node

    def _sentence(self, node: nodes.Call) -> nodes.Node:
        """Filled in as Jinja does it: what stands for a variable is escaped."""
        [text] = node.args
        sentence: str = gettext(self._value(text))
        if self._context.autoescape:
            sentence = Markup(sentence)  # noqa: S704 - from the catalogue, as Jinja takes it
        if not node.kwargs:
            return nodes.Const(sentence % {})
        pairs = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
        return nodes.Mod(nodes.Const(sentence), nodes.Dict(pairs))

    def _address(self, node: nodes.Call) -> nodes.Node | None:
        """What Flask would build; None where it depends on more than the route's variables."""
        [endpoint] = map(self._value, node.args)
        given = {each.key: each.value for each in node.kwargs}
        if endpoint is None or endpoint[0] == "." or any(name[0] == "_" for name in given):
            return None
        fixed = {name: self._value(each) for name, each in given.items() if self._is_constant(each)}
        if fixed.keys() == given.keys():
            return nodes.Const(self._app.url_map.bind("").build(endpoint, fixed))
        [rule, *others] = self._app.url_map.iter_rules(endpoint)
        filled = {name: each for name, each in given.items() if name not in fixed}
        if others or rule.arguments != filled.keys() or None in fixed.values():
            return None
        return _filled_in(rule.rule, urlencode(fixed), filled)

    def _is_constant(self, *values: nodes.Node) -> bool:
        try:
            for each in values:
                each.as_const(self._context)  # type: ignore[attr-defined]  # of all that is a value
        except nodes.Impossible:
            return False
        return True

    def _value(self, node: nodes.Expr) -> Any:
        return node.as_const(self._context) if self._is_constant(node) else None


def _filled_in(route: str, query: str, values: Mapping[str, nodes.Expr]) -> nodes.Node | None:
    """``"/listings/%d" % (listing.id,)``, for a route with variables that are simple enough."""
    filled: list[nodes.Expr] = []

    def place(variable: re.Match[str]) -> str:
        kind, name = variable.groups()
        value = values[name]
        filled.append(value if kind == "int" else _quoted(value))
        return "%d" if kind == "int" else "%s"

    pattern = VARIABLE.sub(place, route.replace("%", "%%"))
    if "<" in pattern:
        return None
    if query:
        pattern += "?" + query.replace("%", "%%")
    return nodes.Mod(nodes.Const(pattern), nodes.Tuple(filled, "load"))


def _quoted(value: nodes.Expr) -> nodes.Filter:
    return nodes.Filter(value, "urlencode", [], [], None, None)
