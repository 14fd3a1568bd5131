"""What keeps the database from serving, in a sentence for who runs the site.

It says what to look at and no more: ``/readyz`` shows it to anybody, so that it names neither
address nor user, and holds nothing of what the driver or the server wrote.
"""

import sqlite3

from sqlalchemy.exc import DBAPIError

from marketplace.storage.database import UNKNOWN, error_code

MYSQL = {
    1021: "It has no room left on its disk.",
    1040: "It has no connection left for this process.",
    1044: "It has no such schema, or this user may not use it.",
    1045: "It refuses the user or the password.",
    1047: "This node has no majority in its cluster.",
    1049: "It has no such schema, or this user may not use it.",
    1053: "It is shutting down.",
    1114: "It has no room left on its disk.",
    1129: "It does not let this machine in.",
    1130: "It does not let this machine in.",
    1203: "It has no connection left for this user.",
    1226: "It has no connection left for this user.",
    1251: "It wants another way to sign in than the driver knows.",
    1290: "It takes no changes at the moment.",
    1524: "It wants another way to sign in than the driver knows.",
    1698: "It refuses the user or the password.",
    1820: "The user's password has expired.",
    1836: "It takes no changes at the moment.",
    1862: "The user's password has expired.",
    2002: "It does not answer at its address.",
    2003: "It does not answer at its address, or not as it should.",
    2006: "The connection to it was lost.",
    2013: "The connection to it was lost.",
    2059: "It wants another way to sign in than the driver knows.",
    3032: "It is shut for everybody but its operators.",
    3118: "It has locked this user out.",
    3159: "It takes encrypted connections only; DATABASE_URL can ask for that by ?ssl_ca=…",
    4031: "It takes encrypted connections only; DATABASE_URL can ask for that by ?ssl_ca=…",
    4151: "It has locked this user out.",  # MariaDB's
    UNKNOWN: "The driver cannot connect; the log says why.",
}
SQLITE = {
    sqlite3.SQLITE_CANTOPEN: "Its file cannot be opened.",
    sqlite3.SQLITE_CORRUPT: "Its file is damaged.",
    sqlite3.SQLITE_FULL: "It has no room left on its disk.",
    sqlite3.SQLITE_IOERR: "Its file cannot be read or written.",
    sqlite3.SQLITE_NOTADB: "Its file is damaged, or no database.",
    sqlite3.SQLITE_PERM: "Its file may not be used by this user.",
    sqlite3.SQLITE_READONLY: "Its file may not be written by this user.",
}
OTHER = "It does not answer, or not as it should."


def trouble_of(error: Exception) -> str:
    """What is wrong, as far as the error tells."""
    if not isinstance(error, DBAPIError):
        return OTHER
    sentences = SQLITE if isinstance(error.orig, sqlite3.Error) else MYSQL
    return sentences.get(error_code(error) or 0, OTHER)
