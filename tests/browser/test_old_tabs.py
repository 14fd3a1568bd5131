"""A tab that was open while something happened in another one, in a real browser."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.stage import Person
from tests.browser.visitor import Visitor
from tests.cast import PASSWORD

TITLE = "Red bicycle"


def test_an_older_tab_signs_out(staged_bea: Person):
    """Its token is of a sign-in before. The browser itself says that the page is one of ours."""
    page = staged_bea.page
    page.goto("/marketplace")
    page.locator("details.account summary").click()
    page.locator("details.account [name=csrf_token]").evaluate("(field) => { field.value = 'old' }")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out.")).to_be_visible()
    page.goto("/profile")
    expect(page).to_have_url(re.compile(r"/login\?next="))


def test_the_second_sign_in_page_goes_on(bea: Visitor):
    first = bea.page
    first.goto("/marketplace")
    first.locator("details.account summary").click()
    first.get_by_role("button", name="Sign out").click()
    second = bea.context.new_page()
    for page in (first, second):
        page.goto("/login?next=/messages")
        page.fill("main [name=email]", bea.email)
        page.fill("main [name=password]", PASSWORD)
    for page in (first, second):
        page.click("main button[type=submit]")
        expect(page).to_have_url(re.compile(r"/messages$"))


def test_a_listing_survives_the_end_of_the_session_without_scripts(
    arrive: Callable[..., Person],
):
    sam = arrive("Sam", java_script_enabled=False)
    page = sam.page
    page.goto("/marketplace/new")
    page.fill("[name=title]", TITLE)
    page.fill("[name=description]", "Rides well. " * 400)
    page.fill("[name=price]", "120 €")
    sam.context.clear_cookies()
    page.click("main button[type=submit]")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You are signed out.")
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    page.fill("[name=sign_in_email]", sam.email)
    page.fill("[name=sign_in_password]", PASSWORD)
    page.get_by_role("button", name="Sign in and send it").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
