"""The application with its numbers taken from an auto-increment column."""

from marketplace import create_app
from marketplace.messaging import conversations
from marketplace.storage.database import db
from tests.soak import auto_increment

conversations.take_place = auto_increment.take_place
app = create_app()
with app.app_context():
    auto_increment.prepare(db.engine)
