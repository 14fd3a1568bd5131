"""What is made when a template is compiled, and what for each reader."""

from itertools import count

import pytest
from flask import Flask, url_for
from flask_babel import force_locale
from werkzeug.routing import BuildError

from config import LANGUAGES
from marketplace.web import templates

ADDRESSES = (
    'url_for("messaging.inbox")',
    'url_for("messaging.inbox", folder="unread")',
    'url_for("static", filename="css/site.css")',
    'url_for("messaging.conversation", conversation_id=number)',
    'url_for("messaging.block", user_id=number, next=word)',
    'url_for("catalogue.photo", name=word)',
    'url_for("catalogue.photo", name=word, size="a b&c%")',
    'url_for("catalogue.photo", name=word, size=none)',
    'url_for("catalogue.browse", q=word)',
    'url_for(endpoint, q="x")',
)


@pytest.fixture(autouse=True)
def _request(app: Flask):
    with app.test_request_context():
        yield


def test_a_constant_is_asked_when_a_template_is_compiled_and_all_else_for_each_reader(app: Flask):
    numbers = count(1)
    templates.add_constant(app, "next_number", lambda step: next(numbers) * step)
    template = app.jinja_env.from_string("{{ next_number(10) }} {{ next_number(step) }}")
    assert [template.render(step=1) for _ in range(2)] == ["10 2", "10 3"]


def test_each_language_has_its_own_templates(app: Flask):
    found = {}
    for language in (*LANGUAGES, *LANGUAGES):
        with force_locale(language):
            template = app.jinja_env.get_template("errors/error.html")
            assert found.setdefault(language, template) is template
    assert found["en"] is not found["fr"]


def test_a_sentence_is_in_the_language_of_its_template(app: Flask):
    for language, sentence in (("fr", "Envoyer"), ("en", "Send")):
        with force_locale(language):
            assert app.jinja_env.from_string('{{ _("Send") }}').render() == sentence


def test_what_stands_in_a_sentence_is_escaped_and_the_sentence_is_not(app: Flask):
    render = app.jinja_env.from_string
    named = render('{{ _("Unblock %(name)s", name=name) }}').render(name="<b>&%s")
    assert named == "Unblock &lt;b&gt;&amp;%s"
    assert render('{{ _("<b>100%%</b>") }}').render() == "<b>100%</b>"


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_the_one_that_flask_builds(app: Flask, address: str):
    values = {"number": 7, "word": "a/b ç d?", "endpoint": "catalogue.browse"}
    expected = eval(address, {"url_for": url_for, "none": None}, values)
    text = "{% autoescape false %}{{ " + address + " }}{% endautoescape %}"
    assert app.jinja_env.from_string(text).render(values) == expected


def test_an_address_of_nothing_is_an_error(app: Flask):
    with pytest.raises(BuildError):
        app.jinja_env.from_string('{{ url_for("nowhere.at_all") }}').render()


def test_what_a_page_names_of_our_files_is_of_this_version(app: Flask):
    template = app.jinja_env.from_string('{{ icon("send") }}{{ preloads("site.js") }}')
    text = template.render()
    assert f'href="{app.static_url_path}/img/icons.svg#send"' in text
    assert f'<link rel="modulepreload" href="{app.static_url_path}/js/lib/' in text
