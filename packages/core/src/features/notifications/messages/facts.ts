import { isIP } from 'node:net';
import { describeDevice } from './describe-device.js';
import type { MessageOf } from '../../../model/message-set.js';

/** A time in UTC: the reader's time zone is unknown. */
export function momentIn(locale: string, epochMs: number): string {
  return `${formatOf(locale, 'moment').format(epochMs)} UTC`;
}

/** The time of day in UTC, for things that expire within minutes. */
export function timeIn(locale: string, epochMs: number): string {
  return `${formatOf(locale, 'time').format(epochMs)} UTC`;
}

const FORMATS = { moment: { dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' }, time: { timeStyle: 'short', timeZone: 'UTC' } } as const;

const formats = new Map<string, Intl.DateTimeFormat>();

/** Created once for each language: that takes longer than rendering a message. */
function formatOf(locale: string, form: keyof typeof FORMATS): Intl.DateTimeFormat {
  const name = `${form} ${locale}`;
  const known = formats.get(name);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat(locale, FORMATS[form]);
  formats.set(name, made);
  return made;
}

export interface FactNames {
  readonly when: string;
  readonly device: string;
  readonly ip: string;
  /** Joins a browser and an operating system, such as ` on `. */
  readonly on: string;
}

/** Time, device and address, by which owners can tell whether it was them. */
export function factsOf(
  { at, userAgent, ip }: MessageOf<'security-notice'>,
  { locale, names }: { readonly locale: string; readonly names: FactNames },
): (readonly [string, string])[] {
  const device = describeDevice(userAgent, names.on);
  return [
    [names.when, momentIn(locale, at)],
    ...(device === null ? [] : [[names.device, device] as const]),
    // Adapters take it from headers: anything but an address could be text that an attacker wrote.
    ...(ip !== null && isIP(ip) !== 0 ? [[names.ip, ip] as const] : []),
  ];
}
