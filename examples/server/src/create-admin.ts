import { AuthError, createLogger } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { openAuth } from './auth.js';
import { explain } from './explain.js';
import { loadSettings } from './load-settings.js';
import { createPrompt, PromptAborted } from './prompt.js';
import type { Prompt } from './prompt.js';

const USAGE = `Makes an administrator in the database of the server, which may be running meanwhile.

  pnpm --filter server admin:create

Asks for the email address, the name, and twice for the password. Without a terminal it reads three lines: address, name,
password. It takes no arguments: everybody on the machine could read them. Ends with 0 where the administrator was made.`;

const INTERRUPTED = 130;

async function run(questions: Prompt): Promise<void> {
  const auth = await openAuth(loadSettings(), { logger: createLogger({ level: 'error' }) });
  try {
    const email = await questions.ask('Email address: ');
    const name = await questions.ask('Name: ');
    const user = await create(auth, questions, { email, name });
    console.log(`Made the administrator ${user.name} <${user.email}>, id ${user.id}.`);
  } finally {
    await auth.close();
  }
}

async function create(auth: Auth, questions: Prompt, person: { readonly email: string; readonly name: string }) {
  for (;;) {
    const password = await askPassword(questions);
    try {
      // Whoever may run this can read every mail in the database, so the address needs no other proof.
      return await auth.createUser({ ...person, password, role: 'admin', emailVerified: true });
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'WEAK_PASSWORD' || !questions.isTerminal) throw error;
      console.error(describe(error));
    }
  }
}

async function askPassword(questions: Prompt): Promise<string> {
  for (;;) {
    const password = await questions.askSecret('Password (is not shown): ');
    if (!questions.isTerminal || (await questions.askSecret('The same again: ')) === password) return password;
    console.error('These two are not the same.');
  }
}

function describe(error: AuthError): string {
  const issues = (error.issues ?? []).map(({ path, message }) => `  - ${path}: ${message}`);
  return [`${error.message}.`, ...issues].join('\n');
}

function report(error: unknown): void {
  if (error instanceof PromptAborted) {
    console.error('No administrator was made: the input ended.');
    process.exitCode = INTERRUPTED;
    return;
  }
  const isAnswer = error instanceof AuthError && error.statusCode < 500;
  console.error(`No administrator was made. ${isAnswer ? describe(error) : explain(error)}`);
  process.exitCode = 1;
}

if (process.argv.length > 2) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  const questions = createPrompt({ input: process.stdin, output: process.stderr });
  await run(questions).catch(report);
  questions.close();
}
