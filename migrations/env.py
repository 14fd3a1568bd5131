"""How Alembic reaches the application's database and tables."""

from alembic import context
from flask import current_app
from sqlalchemy import NullPool, create_engine

from marketplace.storage.database import Base, db

config = context.config


def run_migrations() -> None:
    """Run them on the live database, each statement as this database allows."""
    options = current_app.extensions["migrate"].configure_args
    # The application's own engine gives up after seconds; a large table takes longer to change.
    engine = create_engine(db.engine.url, poolclass=NullPool)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            **options,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run_migrations()
