import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT: string = fileURLToPath(new URL('../..', import.meta.url));

const SKIPPED = /(^|\/)(node_modules|dist|coverage|\.git|\.changeset)\//;

/** Every file below the root, by its path from there. */
export function filesOf(folder = ''): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.test(`${path}/`)) return [];
    return entry.isDirectory() ? filesOf(path) : [path];
  });
}

/** Every page of the documentation, by its path from the root. */
export function pages(): string[] {
  return filesOf().filter((path) => path.endsWith('.md') && !path.endsWith('CHANGELOG.md'));
}

export function read(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

export interface Snippet {
  /** Page and line, such as `docs/options.md:12`. */
  readonly place: string;
  readonly language: string;
  /** Words after the language, such as `run`. */
  readonly marks: readonly string[];
  readonly code: string;
}

/** The fenced blocks of a page, without parts of files that a `code:` comment names: those are compiled with their file. */
export function snippetsOf(page: string): Snippet[] {
  const text = read(page).replaceAll(/(<!-- code: \S+ -->\n)```ts\n([^]*?)^```$/gm, (block) => block.replaceAll(/^```/gm, ''));
  return [...text.matchAll(/^```(\w+)([^\n]*)\n([^]*?)^```$/gm)].map(({ index, 1: language = '', 2: marks = '', 3: code = '' }) => ({
    place: `${page}:${text.slice(0, index).split('\n').length + 1}`,
    language,
    marks: marks.split(' ').filter((mark) => mark !== ''),
    code,
  }));
}

/** The text under a heading, up to the next one of its level or above. */
export function sectionOf(page: string, heading: string): string {
  const lines = read(page).split('\n');
  const start = lines.findIndex((line) => line.startsWith('#') && line.replace(/^#+ /, '') === heading);
  if (start === -1) throw new Error(`${page} has no heading "${heading}"`);
  const level = /^#+/.exec(lines[start] ?? '')?.[0].length ?? 0;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => (/^#+(?= )/.exec(line)?.[0].length ?? Infinity) <= level);
  return rest.slice(0, end === -1 ? undefined : end).join('\n');
}

/** The cells of every table row in the text, without header and separator rows. */
export function rowsOf(text: string): string[][] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const isHead = /^\|[\s|:-]+\|$/.test(lines[at + 1] ?? '') && /-/.test(lines[at + 1] ?? '');
    if (!line.startsWith('|') || isHead || /^\|[\s|:-]+\|$/.test(line)) return [];
    return [line.replaceAll('\\|', '\0').split('|').slice(1, -1).map((cell) => cell.trim().replaceAll('\0', '|'))];
  });
}

/** The texts in backticks in a cell. */
export function codesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The texts in backticks in the first cell of each row. */
export function namesIn(text: string): string[] {
  return rowsOf(text).flatMap(([first = '']) => codesIn(first));
}
