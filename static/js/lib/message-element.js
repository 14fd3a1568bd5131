// What scripts do to one message's element. Its HTML is always the server's.

import { isSameDay, localize } from "./time.js";

const GROUP_MS = 5 * 60_000;
const SAID = ".bubble, .system-line"; // the part that is read, in both senses

/** The element of a message from the poll or the history. */
export function elementOf({ html }) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Day, time and grouping, as they follow from the message before; undefined when there is none. */
export function arrange(element, before, dayTemplate) {
  const moment = momentOf(element);
  const sameDay = before !== undefined && isSameDay(momentOf(before), moment);
  const shown = element.querySelector(".day");
  if (sameDay) shown?.remove();
  else if (!shown) element.prepend(dayOf(moment, dayTemplate));
  element.classList.toggle("grouped", sameDay && isGrouped(element, before));
  localize(element);
}

/** Put a line, such as the one before what is new, above what an element says. */
export function putAbove(line, element) {
  element.querySelector(`.sender, ${SAID}`).before(line);
}

/** Show the status of an own message as icon and word. */
export function setStatus(element, status, labels) {
  element.dataset.status = status;
  const use = element.querySelector(".status use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${status}`));
  element.querySelector(".status span").textContent = labels[status];
}

/** Bring an element up to a newer version; returns the one to keep.
 *
 * One that says the same stays itself, so that it is not read out twice. */
export function renew(element, fresh) {
  const mark = element.querySelector(".new-mark");
  if (element.querySelector(SAID).innerHTML !== fresh.querySelector(SAID).innerHTML) {
    if (mark) putAbove(mark, fresh);
    element.replaceWith(fresh);
    return fresh;
  }
  for (const { name, value } of fresh.attributes) element.setAttribute(name, value);
  element.removeAttribute("data-client-id");
  element.querySelector(".meta")?.replaceWith(fresh.querySelector(".meta"));
  element.querySelector(".failure")?.remove();
  return element;
}

function dayOf(moment, template) {
  const day = template.cloneNode(true);
  day.querySelector("time").dateTime = moment.toISOString();
  return day;
}

function isGrouped(element, before) {
  return (
    before.parentElement === element.parentElement &&
    before.dataset.sender === element.dataset.sender &&
    momentOf(element) - momentOf(before) < GROUP_MS &&
    !before.matches(".system") &&
    !element.matches(".system") &&
    !element.querySelector(".new-mark")
  );
}

function momentOf(element) {
  return new Date(element.querySelector('time[data-format="clock"]').dateTime);
}
