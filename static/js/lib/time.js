// Times in the reader's own zone and the page's language. The server's text is in UTC.

// In the browser's own kind of the page's language: British clocks are not American ones.
const { lang } = document.documentElement;
const language = navigator.languages.find((each) => each.split("-")[0] === lang) ?? (lang || undefined);
const DAY_MS = 86_400_000;

const clockFormat = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
const weekdayFormat = new Intl.DateTimeFormat(language, { weekday: "short" });
const dateFormat = new Intl.DateTimeFormat(language, { day: "numeric", month: "short" });
const yearFormat = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
const longFormat = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
const fullFormat = new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" });
const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: "auto" });

const FORMATS = {
  clock: (date) => clockFormat.format(date),
  day: (date) => capitalised(dayName(date)),
  short: (date) => shortName(date),
};

/** Write every `<time data-format>` below `root` (itself included) for this reader. */
export function localize(root) {
  const times = [...root.querySelectorAll("time[data-format]")];
  if (root.matches?.("time[data-format]")) times.push(root);
  for (const time of times) {
    if (!time.dateTime) continue;
    const date = new Date(time.dateTime);
    const text = FORMATS[time.dataset.format](date);
    if (time.textContent === text) continue; // a change would be read out
    time.textContent = text;
    time.title = fullFormat.format(date);
  }
}

/** Whether two moments fall on one day of the reader's calendar. */
export function isSameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

/** The reader's calendar days between a moment and now; a clock that is ahead counts as today. */
export function daysAgo(date) {
  const midnight = (moment) => new Date(moment).setHours(0, 0, 0, 0);
  return Math.max(0, Math.round((midnight(Date.now()) - midnight(date)) / DAY_MS));
}

function dayName(date) {
  const days = daysAgo(date);
  if (days < 2) return relativeFormat.format(-days, "day");
  return date.getFullYear() === new Date().getFullYear()
    ? longFormat.format(date)
    : yearFormat.format(date);
}

function shortName(date) {
  const days = daysAgo(date);
  if (days < 1) return clockFormat.format(date);
  if (days < 7) return weekdayFormat.format(date);
  return date.getFullYear() === new Date().getFullYear()
    ? dateFormat.format(date)
    : yearFormat.format(date);
}

function capitalised(text) {
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}
