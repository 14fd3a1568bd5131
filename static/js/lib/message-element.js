// What scripts do to one message's element. Its HTML is always the server's.

import { isSameDay, localize } from "./time.js";

const GROUP_MS = 5 * 60_000;

/** The element of a message from the poll or the history. */
export function elementOf({ html }) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return template.content.firstElementChild;
}

/** Day, time and grouping, as they follow from the message before. */
export function arrange(element, dayTemplate) {
  const moment = momentOf(element);
  const before = element.previousElementSibling;
  const sameDay = before !== null && isSameDay(momentOf(before), moment);
  const shown = element.querySelector(".day");
  if (sameDay) shown?.remove();
  else if (!shown) element.prepend(dayOf(moment, dayTemplate));
  element.classList.toggle("grouped", sameDay && isGrouped(element, before));
  localize(element);
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
  if (element.querySelector(".bubble").innerHTML !== fresh.querySelector(".bubble").innerHTML) {
    if (mark) fresh.querySelector(".bubble").before(mark);
    element.replaceWith(fresh);
    return fresh;
  }
  for (const { name, value } of fresh.attributes) element.setAttribute(name, value);
  element.removeAttribute("data-client-id");
  element.querySelector(".meta").replaceWith(fresh.querySelector(".meta"));
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
    before.dataset.sender === element.dataset.sender &&
    momentOf(element) - momentOf(before) < GROUP_MS &&
    !element.querySelector(".new-mark")
  );
}

function momentOf(element) {
  return new Date(element.querySelector(".meta time").dateTime);
}
