"""Scripts put into a page before its own: what it does is noted, and whether it is seen is ours."""

# Headless windows are always seen and always have the focus.
SEEN_OR_NOT = """
window.isVisible = true;
window.isFocused = true;
Object.defineProperty(document, "hidden", {get: () => !isVisible});
Object.defineProperty(document, "visibilityState", {
    get: () => (isVisible ? "visible" : "hidden"),
});
document.hasFocus = () => isFocused;
window.setSeen = ({visible, focused}) => {
    Object.assign(window, {isVisible: visible, isFocused: focused});
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event(focused ? "focus" : "blur"));
};
"""

# The page's faked clock knows of no navigation, about which the inbox asks.
# ``polls``: when each began, by the page's clock. ``pending``: how many wait for their answer.
NOTE_POLLS = """
performance.getEntriesByType = () => [{type: "navigate"}];
window.polls = [];
window.pending = 0;
const realFetch = window.fetch;
window.fetch = (url, options) => {
    if (!String(url).includes("/poll")) return realFetch(url, options);
    polls.push(Date.now());
    pending += 1;
    return realFetch(url, options).finally(() => { pending -= 1 });
};
"""

COUNT_SOUNDS = """
window.sounds = 0;
window.contexts = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) {
    window.sounds += 1;
    return start.apply(this, when);
};
window.AudioContext = class extends AudioContext {
    constructor(...options) {
        super(...options);
        window.contexts += 1;
    }
};
"""
