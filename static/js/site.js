// Every page.

import "./elements/alert-permission.js";
import "./elements/connection-status.js";
import "./elements/contact-form.js";
import "./elements/unread-badge.js";
import "./lib/audience.js";
import "./lib/menus.js";
import { watchWhoIsIn } from "./lib/who-is-in.js";
import { submitOnce } from "./lib/once.js";
import { localize } from "./lib/time.js";

localize(document);
watchWhoIsIn();
submitOnce();
