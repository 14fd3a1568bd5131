"""The blueprint all pages of messaging belong to."""

from flask import Blueprint

messaging = Blueprint("messaging", __name__)
