"""The extensions that are not a feature's own, made once and bound in ``create_app``."""

from flask_bootstrap import Bootstrap5
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

bootstrap = Bootstrap5()
csrf = CSRFProtect()
migrate = Migrate(render_as_batch=True)
