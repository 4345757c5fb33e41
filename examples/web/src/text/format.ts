const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const DATE_TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const RELATIVE = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
const UNITS = [['day', 86_400], ['hour', 3_600], ['minute', 60]] as const;
const DAYS_AGO_SHOWN = 14;

export const date = (iso: string): string => DATE.format(new Date(iso));
export const dateTime = (iso: string): string => DATE_TIME.format(new Date(iso));

/** `3 hours ago`, or the date if it is long ago. */
export function ago(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1_000;
  // The server's clock may be ahead of this one.
  if (seconds > -60) return 'just now';
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['minute', 60];
  if (unit === 'day' && Math.abs(seconds) > DAYS_AGO_SHOWN * size) return date(iso);
  return RELATIVE.format(Math.round(seconds / size), unit);
}

/** Seconds as `0:42` or `1:05:00`. */
export function duration(seconds: number): string {
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

export const plural = (count: number, one: string, many: string = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** An IPv4 address in its usual form, also if the server reports it as mapped to IPv6. */
export const address = (ip: string): string => ip.replace(/^::ffff:(?=\d+\.)/, '');
