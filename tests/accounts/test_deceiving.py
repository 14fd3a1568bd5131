"""Names by which somebody would be taken for another are refused, wherever one gives a name."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from marketplace.accounts import people
from marketplace.accounts.models import User
from marketplace.storage.database import db
from marketplace.texts.errors import InvalidError
from tests.accounts.browsing import errors, submit
from tests.accounts.test_register import NINA

KEPT = "This name is kept for those who run this site. Please choose another one."
RESERVED = [
    "Support",
    "ADMIN",
    "Admins",
    "Admin 1",
    "admin123",
    "Anna (Support)",
    "Anna_Staff",
    "Official Anna",
    "Service client",
    "ServiceClient",
    "Customer-Service",
    "Modérateur",
    "MODERATEUR",
    "Vérifiée",
    "Marketplace",
    "Marketplace Team",
    "MarketplaceSupport",
    "S u p p o r t",
    "S.u.p.p.o.r.t",
    "Sup-port",
    "Adrnin",
    "Adm1n",
    "Supp0rt",
    "AdmIn",
    "\u0410dmin",  # Cyrillic
    "\u0405u\u0440\u0440\u03bfrt",  # Cyrillic and Greek
    "M\u0430rk\u0435tpl\u0430ce",
    "\u1d00\u1d05\u1d0d\u026a\u0274",  # small capitals
    "\uff53\uff55\uff50\uff50\uff4f\uff52\uff54",  # wide
    "\u24c8\u24e4\u24df\u24df\u24de\u24e1\u24e3",  # in circles
    "\ua4e2\ua4f4\ua4d1\ua4d1\ua4f3\ua4e3\ua4d4",  # Lisu
    "S\u030cu\u0301pport",
    "\U0001f182\U0001f184\U0001f17f\U0001f17f\U0001f17e\U0001f181\U0001f183",  # in squares
    "\U0001f162\U0001f164\U0001f15f\U0001f15f\U0001f15e\U0001f161\U0001f163",  # in circles
    "\U0001f1f8\U0001f1fa\U0001f1f5\U0001f1f5\U0001f1f4\U0001f1f7\U0001f1f9",  # of flags
    "@dmin",
    "Adm!n",
    "$upport",
    "4dmin",
    "Mod3rator",
    "HelpCenter",
    "StaffSam",
    "MarketplaceSupport24h",
    "Service Clientèle",
    "Kundenservice",
]
FREE = [
    "Ada",
    "Béatrice Lambert",
    "Anne-Marie O'Neill",
    "Tim Teamer",
    "Staffan Helpmann",
    "Steam Punk",
    "Supporter Sam",
    "McHale",
    "DeAngelo 42",
    "Sam @ Lyon",
    "Ana \U0001f1eb\U0001f1f7",
    "Ad Astra",
    "O.De Vries",
    "J.R.R. Tolkien",
    "Vélo Service Lyon",
    "Ada 1987",
    "Ada 🚲",
    "X Æ A-12",
    "Nguyễn Thị Bích",
    "李小龍",
    "\u041e\u043b\u044c\u0433\u0430",
    "\u0639\u0644\u06cc\u200c\u0631\u0636\u0627",
    "\u05d3\u05d5\u05d3",
]


@pytest.mark.parametrize("name", RESERVED, ids=ascii)
def test_a_name_of_those_who_run_the_site_is_refused(app_context: None, name: str) -> None:
    with pytest.raises(InvalidError) as refused:
        people.read_name(name)
    assert (refused.value.message, refused.value.field) == (KEPT, "name")


@pytest.mark.parametrize("name", FREE, ids=ascii)
def test_a_name_that_only_resembles_one_is_taken(app_context: None, name: str) -> None:
    assert people.read_name(name) == name


@pytest.mark.parametrize("sign", "✓✔☑✅⍻√🗸🗹®™🛡")
def test_signs_that_look_like_a_badge_are_refused(app_context: None, sign: str) -> None:
    with pytest.raises(InvalidError, match=f"leave out “{sign}”"):
        people.read_name(f"Ada {sign}\ufe0f")


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("Ada https://example.com", "A name has no web or mail address in it"),
        ("ada@example.com", "A name has no web or mail address in it"),
        ("Ada t.me/ada", "A name has no web or mail address in it"),
        ("Ada 0612345", "A name has at most 6 digits."),
        ("Ada ٠٦١٢٣٤٥", "A name has at most 6 digits."),
        ("Sup\u200bport", KEPT),
        ("\u200eAdmin \u2714\ufe0f", "Please leave out “✔”: it looks like a badge."),
    ],
)
def test_it_is_said_beside_the_field_at_registering_and_in_the_profile(
    app: Flask, client: FlaskClient, as_bea: FlaskClient, bea: User, name: str, error: str
) -> None:
    registering = submit(client, "/register", **{**NINA, "name": name})
    profile = submit(as_bea, "/profile", name=name)
    for answer in (registering, profile):
        assert answer.status_code == 422
        assert errors(answer)["name"].startswith(error)
    with app.app_context():
        assert db.session.get_one(User, bea.id).name == "Bea"


def test_what_somebody_is_called_already_stays_theirs(app: Flask, bea: User) -> None:
    """They were called so before there was this rule, and can still set their language."""
    with app.app_context():
        user = db.session.get_one(User, bea.id)
        user.name = "Team Weber"
        db.session.commit()
        assert people.read_name("Team Weber", user) == "Team Weber"
        with pytest.raises(InvalidError):
            people.read_name("Team Keller", user)


def test_a_site_name_of_signs_reserves_nothing(
    app: Flask, app_context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SITE_NAME", "🚲")
    assert people.read_name("Ada") == "Ada"


def test_all_words_of_the_sites_name_are_reserved_together(
    app: Flask, app_context: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "SITE_NAME", "Vélo & Cie")
    for name in ("Velo Cie", "VÉLO-CIE", "velocie", "Anna, Vélo & Cie"):
        with pytest.raises(InvalidError):
            people.read_name(name)
    assert people.read_name("Vélo Cité") == "Vélo Cité"
