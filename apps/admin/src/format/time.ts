const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['week', 7 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const dateAndTime = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
const dateOnly = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium' });

/** `3 days ago`, `in 2 weeks`, `just now`. */
export function formatAgo(time: number, now = Date.now()): string {
  const difference = time - now;
  for (const [unit, length] of STEPS) {
    if (Math.abs(difference) >= length)
      return relative.format(Math.trunc(difference / length), unit);
  }
  return difference > 0 ? 'in a moment' : 'just now';
}

/** `26 Nov 2026, 06:35`, in the reader's own time zone. */
export function formatTime(time: number): string {
  return dateAndTime.format(time);
}

export function formatDate(time: number): string {
  return dateOnly.format(time);
}

/** `2 h 5 min`, `48 s`: how long something takes. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return `${minutes} min ${whole % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
