// The pages about a group.

import "./elements/people-picker.js";
