"""What the API takes and gives. The rules of a text are the verb's, not repeated here."""

from flask_smorest.fields import Upload
from marshmallow import Schema, fields, validate

from marketplace.messaging.forms import new_client_id
from marketplace.messaging.models import Reason, Role
from marketplace.moderation.models import Act
from marketplace.storage.database import BIGGEST


class NewMessage(Schema):
    """A message to send. With a client id, sending again stores nothing again; with pictures
    that were uploaded before, at most 4, the body may be blank."""

    body = fields.String(load_default="")
    client_id = fields.String(load_default=new_client_id)
    attachment_ids = fields.List(fields.String(), load_default=list)


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


class NewAttachment(Schema):
    """A JPEG (at most 50 megapixels), PNG, WebP or AVIF (25) of at most 20 MB, as
    multipart/form-data."""

    file = Upload(required=True)


class AttachmentSize(Schema):
    """Which one of the two sizes: ``thumb`` is the small one."""

    size = fields.String(load_default="", validate=validate.OneOf(("", "thumb")))


class AttachmentAnswer(Schema):
    """A picture. Width and height are those of the large one."""

    id = fields.String()
    width = fields.Integer()
    height = fields.Integer()
    url = fields.String()
    thumb_url = fields.String()


class MessageAnswer(Schema):
    """A message, in the poll's form without its HTML."""

    seq = fields.Integer()
    version = fields.Integer()
    kind = fields.String()
    sender = fields.Nested(Person)
    body = fields.String()
    client_id = fields.String()
    reply_to = fields.Integer(allow_none=True)
    attachments = fields.List(fields.Nested(AttachmentAnswer))
    created_at = fields.String()
    edited_at = fields.String(allow_none=True)
    deleted = fields.Boolean()
    data = fields.Dict(metadata={"description": "Of a line: what it says, for programs"})


class ConversationChange(Schema):
    """What a participant sets for themselves; what is left out stays."""

    archived = fields.Boolean(truthy={True}, falsy={False})
    muted = fields.Boolean(truthy={True}, falsy={False})


class ConversationAnswer(Schema):
    """A conversation as a participant keeps it."""

    id = fields.Integer(attribute="conversation_id")
    archived = fields.Boolean()
    muted = fields.Boolean()
    unread = fields.Integer()


class NewConversation(Schema):
    """Whom to ask into a new group."""

    participant_ids = fields.List(fields.Integer(strict=True), required=True)
    title = fields.String(load_default="")
    body = fields.String(load_default="", metadata={"description": "A first message, or none"})
    client_id = fields.String(
        load_default=new_client_id, metadata={"description": "Asked again, it opens nothing again"}
    )


class NewConversationAnswer(Schema):
    """The conversation that was opened."""

    id = fields.Integer()


class NewParticipant(Schema):
    """Whom to ask in."""

    user_id = fields.Integer(required=True, strict=True, validate=validate.Range(0, BIGGEST))


class RoleChange(Schema):
    """What somebody is in a group from now on."""

    role = fields.Enum(Role, by_value=True, required=True)


class ParticipantAnswer(Schema):
    """Somebody in a conversation, or asked into it."""

    id = fields.Integer()
    name = fields.String()
    role = fields.String()
    state = fields.String(metadata={"description": "in, or invited"})


class ParticipantsAnswer(Schema):
    """All of them."""

    items = fields.List(fields.Nested(ParticipantAnswer))
    next = fields.String(allow_none=True)


class UserAnswer(Schema):
    """Somebody one may write to, and what they are to oneself in one word. Never an address."""

    id = fields.Integer()
    name = fields.String()
    role = fields.String()


class UsersAnswer(Schema):
    """Some of them, by name."""

    items = fields.List(fields.Nested(UserAnswer))
    next = fields.String(allow_none=True)


class UserQuery(Schema):
    """In whose name each word occurs."""

    q = fields.String(load_default="", validate=validate.Length(max=100))


class NewReport(Schema):
    """A conversation to look at, and why."""

    conversation_id = fields.Integer(
        required=True, strict=True, validate=validate.Range(0, BIGGEST)
    )
    seq = fields.Integer(
        load_default=None, allow_none=True, strict=True, validate=validate.Range(1, BIGGEST)
    )
    reason = fields.Enum(Reason, by_value=True, required=True)
    details = fields.String(load_default="")


class NewDecision(Schema):
    """What is done about a report."""

    decision = fields.Enum(Act, by_value=True, required=True)


class WaitingReport(Schema):
    """A report that waits. What was written is on its page, where a look is recorded."""

    id = fields.Integer()
    created_at = fields.DateTime()
    reason = fields.Enum(Reason, by_value=True)
    details = fields.String()


class WaitingReports(Schema):
    """Some of them, the oldest first."""

    items = fields.List(fields.Nested(WaitingReport))
    next = fields.String(allow_none=True)


class ReportAnswer(Schema):
    """A report that the operators now have."""

    id = fields.Integer()
