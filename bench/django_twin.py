"""The same poll by Django with its sessions and ORM, on the tutorial's tables.

``python -m bench.django_twin`` makes Django's own tables and people.
"""

import os
from typing import Any

import django
import pymysql
from django.conf import settings
from sqlalchemy.engine import make_url


def _database() -> dict[str, Any]:
    url = make_url(os.environ["DATABASE_URL"])
    if url.drivername == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    pymysql.version_info = (2, 2, 1, "final", 0)  # type: ignore[assignment]  # Django wants another
    pymysql.install_as_MySQLdb()
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": url.database,
        "USER": url.username,
        "PASSWORD": url.password,
        "HOST": url.host,
        "PORT": url.port,
        "CONN_MAX_AGE": None,  # a connection per thread that stays; by default one per request
    }


settings.configure(
    SECRET_KEY=os.environ["SECRET_KEY"],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": _database()},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
)
django.setup()

from django.contrib.auth import get_user_model, login  # noqa: E402 - only after the set-up
from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import Http404, HttpRequest, JsonResponse  # noqa: E402
from django.middleware.csrf import get_token  # noqa: E402
from django.shortcuts import get_object_or_404  # noqa: E402
from django.urls import path  # noqa: E402


class Conversation(models.Model):
    """A buyer and a seller."""

    buyer_id = models.IntegerField()
    seller_id = models.IntegerField()

    class Meta:
        app_label, managed, db_table = "bench", False, "naive_conversations"


class Message(models.Model):
    """What somebody wrote."""

    conversation = models.ForeignKey(Conversation, models.CASCADE)
    sender_id = models.IntegerField()
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        app_label, managed, db_table = "bench", False, "naive_messages"


def sign_in(request: HttpRequest, user_id: int) -> JsonResponse:
    """Without a password."""
    login(request, get_user_model().objects.get(pk=user_id))
    return JsonResponse({"csrf_token": get_token(request)})


@login_required
def poll(request: HttpRequest, conversation_id: int) -> JsonResponse:
    """What came after the last message the page has."""
    conversation = get_object_or_404(Conversation, pk=conversation_id)
    if request.user.pk not in (conversation.buyer_id, conversation.seller_id):
        raise Http404
    found = Message.objects.filter(
        conversation=conversation, id__gt=int(request.GET.get("since", 0))
    ).order_by("id")
    return JsonResponse({"messages": [{"id": each.id, "body": each.body} for each in found]})


urlpatterns = [
    path("login/<int:user_id>", sign_in),
    path("conversations/<int:conversation_id>/messages", poll),
]
app = get_wsgi_application()


def _prepare() -> None:
    call_command("migrate", verbosity=0)
    people = get_user_model()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM naive_users")
        ids = [row[0] for row in cursor.fetchall()]
    people.objects.bulk_create(people(id=number, username=f"person{number}") for number in ids)


if __name__ == "__main__":
    _prepare()
