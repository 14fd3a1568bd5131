"""A sign-in is a row: gone, signed out."""

from flask import Flask
from flask.testing import FlaskClient

from tests import cast


def test_x(app: Flask, as_sam: FlaskClient, bicycle: int):
    assert as_sam.get("/login").status_code in (200, 302)
