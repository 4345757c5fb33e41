import type { Notification, Notifier } from './notifier.js';

export interface ConsoleNotifierOptions {
  /** Blocks for people, or one JSON object a line. Default: `pretty` in a terminal, `json` otherwise. */
  readonly format?: 'pretty' | 'json' | undefined;
}

/**
 * Writes messages to the standard output instead of sending them: the notifier of development. Codes and links stand
 * there for everybody who reads it, so in production `createAuth` asks for a real one.
 */
export function consoleNotifier({ format }: ConsoleNotifierOptions = {}): Notifier {
  return {
    channels: ['email', 'sms'],
    printsMessages: true,
    async send(message) {
      const pretty = format === undefined ? process.stdout.isTTY : format === 'pretty';
      console.log(pretty ? inLines(message) : inOneLine(message));
    },
  };
}

const MARGIN = '  │ ';

function inLines({ channel, to, subject, text }: Notification): string {
  const head = channel === 'email' ? `Mail to ${to}: ${subject ?? ''}` : `Text message to ${to}`;
  const body = text.trimEnd().split('\n');
  return ['', `  ┌ ${head}`, ...body.map((line) => MARGIN + line), '  └', ''].join('\n');
}

/** Without the HTML, which says the same. */
function inOneLine({ id, kind, channel, to, subject, text, data }: Notification): string {
  return JSON.stringify({ message: 'notification', id, kind, channel, to, subject, text, data });
}
