"""Who may write to whom, for a clinic: patients and their doctors, and nobody else.

Named by ``MESSAGING_POLICY=docs.examples.clinic.LinkedPairs``. Who is what, and who is treated by
whom, stands in two tables of the clinic's own: ``metadata.create_all(engine)`` makes them here,
where yours are there already. See docs/integration.md, "Who may write to whom".
"""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    and_,
    case,
    exists,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from marketplace.messaging.models import Conversation, Kind, Participant
from marketplace.messaging.relation import Relation

metadata = MetaData()
BigId = BigInteger().with_variant(Integer, "sqlite")

# What each account is: "patient" or "doctor".
roles = Table(
    "clinic_roles",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("role", String(10), nullable=False),
)
care = Table(
    "clinic_care",
    metadata,
    Column("patient_id", BigId, primary_key=True, autoincrement=False),
    Column("doctor_id", BigId, primary_key=True, autoincrement=False),
)

PATIENT, DOCTOR = "patient", "doctor"
UNLINKED = "unlinked"


class LinkedPairs(Relation):
    """Two may write to each other while one is a patient and the other their doctor. A group is
    open to somebody while that holds with everybody else in it."""

    def between(self, me_id: Any, other_id: Any) -> ColumnElement[Any]:
        """Blank while they are linked; whatever the listing says."""
        return case((_linked(me_id, other_id), null()), else_=literal(UNLINKED))

    def standing(self, me_id: Any, other_id: Any) -> ColumnElement[Any]:
        """In a group, blank while no other there is a stranger."""
        other = aliased(Participant)
        stranger = (
            exists()
            .where(
                other.conversation_id == Conversation.id,
                other.left_at.is_(None),
                other.user_id != me_id,
                ~_linked(me_id, other.user_id),
            )
            .correlate_except(other)
        )
        return case(
            (Conversation.kind == Kind.LISTING, self.between(me_id, other_id)),
            (stranger, literal(UNLINKED)),
            else_=null(),
        )

    def refusal(self, standing: Any) -> str | None:
        """One sentence for all of it."""
        if standing == UNLINKED:
            return str(_("Only patients and their doctors can write to each other here."))
        return None

    def available(self, user_id: Any) -> Select[int, str]:
        """Exactly those who are linked, as what they are."""
        is_patient = care.c.patient_id == user_id
        return (
            select(
                case((is_patient, care.c.doctor_id), else_=care.c.patient_id),
                case((is_patient, literal(DOCTOR)), else_=literal(PATIENT)),
            )
            .where(or_(is_patient, care.c.doctor_id == user_id), _are_what_they_must_be())
            .distinct()
        )


def _linked(one_id: Any, other_id: Any) -> ColumnElement[bool]:
    """Whether one treats the other, in a statement: ids or columns."""
    return (
        exists()
        .where(
            or_(
                and_(care.c.patient_id == one_id, care.c.doctor_id == other_id),
                and_(care.c.patient_id == other_id, care.c.doctor_id == one_id),
            ),
            _are_what_they_must_be(),
        )
        .correlate_except(care)
    )


def _are_what_they_must_be() -> ColumnElement[bool]:
    """A link holds only while the patient is a patient and the doctor a doctor."""
    patient, doctor = roles.alias(), roles.alias()
    return and_(
        exists()
        .where(patient.c.user_id == care.c.patient_id, patient.c.role == PATIENT)
        .correlate_except(patient),
        exists()
        .where(doctor.c.user_id == care.c.doctor_id, doctor.c.role == DOCTOR)
        .correlate_except(doctor),
    )
