"""What the API takes and gives. The rules of a text are the verb's, not repeated here."""

from marshmallow import Schema, fields, validate

from marketplace.messaging.forms import new_client_id
from marketplace.urls import BIGGEST


class NewMessage(Schema):
    """A message to send. With a client id, sending again stores nothing again."""

    body = fields.String(required=True)
    client_id = fields.String(load_default=new_client_id)


class ReadMark(Schema):
    """How far somebody has read."""

    seq = fields.Integer(required=True, strict=True, validate=validate.Range(0, BIGGEST))


class UnreadTotals(Schema):
    """What a badge shows."""

    messages = fields.Integer()
    conversations = fields.Integer()


class ReadAnswer(Schema):
    """Where the mark stands now, and what is left unread in all conversations."""

    read_seq = fields.Integer()
    unread = fields.Nested(UnreadTotals)


class Person(Schema):
    """Somebody."""

    id = fields.Integer()
    name = fields.String()


class MessageAnswer(Schema):
    """A message, in the poll's form without its HTML."""

    seq = fields.Integer()
    version = fields.Integer()
    kind = fields.String()
    sender = fields.Nested(Person)
    body = fields.String()
    client_id = fields.String()
    reply_to = fields.Integer(allow_none=True)
    attachments = fields.List(fields.Dict())
    created_at = fields.String()
    edited_at = fields.String(allow_none=True)
    deleted = fields.Boolean()
