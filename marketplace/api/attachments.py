"""Pictures for messages: uploaded here, then named in the message that is sent with them."""

from typing import Any

from flask_login import current_user
from werkzeug.wrappers import Response

from marketplace.accounts.guard import sign_in_required
from marketplace.api.rest import resource
from marketplace.api.schemas import AttachmentAnswer, AttachmentSize, NewAttachment
from marketplace.messaging.attachments import pictures, unsent
from marketplace.messaging.attachments.pictures import AttachmentItem
from marketplace.web import uploads

blueprint = resource("attachments", "Pictures in messages", takes="multipart/form-data")


@blueprint.route("/attachments", methods=["POST"])
@sign_in_required
@blueprint.arguments(NewAttachment, location="files")
@blueprint.response(201, AttachmentAnswer)
def upload(new: dict[str, Any]) -> AttachmentItem:
    """Upload a picture. Unless a message names it, it is removed after a day."""
    unsent.check_room(current_user)
    (picture,) = uploads.read([new["file"]], field="file")
    return unsent.upload(current_user, picture)


@blueprint.route("/attachments/<attachment_id>")
@sign_in_required
@blueprint.arguments(AttachmentSize, location="query")
@blueprint.response(200, {"type": "string", "format": "binary"}, content_type="image/jpeg")
def show(which: dict[str, str], attachment_id: str) -> Response:
    """The picture as JPEG, for who may read the message it is in."""
    path = pictures.get_file(current_user, attachment_id, thumb=which["size"] == "thumb")
    return uploads.served(path, "private")
