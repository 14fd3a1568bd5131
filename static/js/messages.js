// The inbox and the conversation pages.

import "./elements/inbox-list.js";
import "./elements/inbox-search.js";
import "./elements/live-conversation.js";
