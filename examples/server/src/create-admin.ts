import { AuthError, createLogger } from '@sallyport/core';
import type { Auth } from '@sallyport/core';
import { openAuth } from './auth.js';
import { explain } from './explain.js';
import { loadSettings } from './load-settings.js';
import { createPrompt, PromptAborted } from './prompt.js';
import type { Prompt } from './prompt.js';

const USAGE = `Creates an administrator in the server's database. The server may be running.

  pnpm --filter server admin:create

Asks for the email address, the name, and twice for the password. Without a terminal it reads three lines: address, name,
password. It takes no arguments, because other users of this machine could read them. Exits with 0 on success.`;

const INTERRUPTED = 130;

async function run(questions: Prompt): Promise<void> {
  const auth = await openAuth(loadSettings(), { logger: createLogger({ level: 'error' }) });
  try {
    const email = await questions.ask('Email address: ');
    const name = await questions.ask('Name: ');
    const user = await create(auth, questions, { email, name });
    console.log(`Created the administrator ${user.name} <${user.email}>, id ${user.id}.`);
  } finally {
    await auth.close();
  }
}

async function create(auth: Auth, questions: Prompt, person: { readonly email: string; readonly name: string }) {
  for (;;) {
    const password = await askPassword(questions);
    try {
      // The operator can read every mail in the outbox anyway, so the address needs no verification.
      return await auth.createUser({ ...person, password, role: 'admin', emailVerified: true });
    } catch (error) {
      if (!(error instanceof AuthError) || error.code !== 'WEAK_PASSWORD' || !questions.isTerminal) throw error;
      console.error(describe(error));
    }
  }
}

async function askPassword(questions: Prompt): Promise<string> {
  for (;;) {
    const password = await questions.askSecret('Password (not shown): ');
    if (!questions.isTerminal || (await questions.askSecret('Repeat the password: ')) === password) return password;
    console.error('The two passwords differ.');
  }
}

function describe(error: AuthError): string {
  const issues = (error.issues ?? []).map(({ path, message }) => `  - ${path}: ${message}`);
  return [`${error.message}.`, ...issues].join('\n');
}

function report(error: unknown): void {
  if (error instanceof PromptAborted) {
    console.error('No administrator was created: the input ended.');
    process.exitCode = INTERRUPTED;
    return;
  }
  const isAnswer = error instanceof AuthError && error.statusCode < 500;
  console.error(`No administrator was created. ${isAnswer ? describe(error) : explain(error)}`);
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
