import type { Answer } from './talk.js';

/** Headers about the connection, which the server sets and not the library. */
const OF_THE_SERVER = new Set(['connection', 'content-length', 'date', 'keep-alive', 'transfer-encoding', 'x-powered-by']);

/** Values that differ between runs. Each is replaced by a name; equal values get the same name, so that their relations stay visible. */
const DRAWN: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['jwt', /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g],
  ['id', /\b[0-9A-HJKMNP-TV-Z]{26}\b/g],
  ['secret', /\b[A-Z2-7]{32}\b/g],
  ['image', /data:image\/png;base64,[\w+/=]+/g],
  ['token', /\b[\w-]{40,}(?![\w-])/g],
];

const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** Makes the responses of one host comparable with those of another. */
export function normalise(answers: readonly Answer[]): Answer[] {
  const names = new Map<string, string>();
  const counts = new Map<string, number>();
  const nameOf = (kind: string, value: string): string => {
    const known = names.get(value);
    if (known !== undefined) return known;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    names.set(value, `<${kind} ${count}>`);
    return `<${kind} ${count}>`;
  };
  const plain = (text: string): string => DRAWN.reduce((so, [kind, pattern]) => so.replace(pattern, (value) => nameOf(kind, value)), text.replace(TIME, '<time>'));
  return answers.map(({ status, headers, body }) => ({
    status,
    headers: Object.fromEntries(
      Object.entries(headers).filter(([name]) => !OF_THE_SERVER.has(name)).map(([name, values]) => [name, values.map(name === 'content-type' ? mediaType : plain)]),
    ),
    body: plain(body),
  }));
}

/** Blanks and case do not matter in a media type (RFC 9110, 8.3). */
const mediaType = (text: string): string => text.toLowerCase().replace('; ', ';');
