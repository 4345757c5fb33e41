import type { Notification, Notifier } from './notifier.js';

export interface ConsoleNotifierOptions {
  /** Blocks of text for people, or one JSON object per line. Default: `pretty` in a terminal, `json` otherwise. */
  readonly format?: 'pretty' | 'json' | undefined;
}

/**
 * Writes messages to the standard output instead of sending them, for development. Anyone who reads the output sees
 * codes and links, so in production `createAuth` requires another notifier.
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

/** Without the HTML, which has the same content. */
function inOneLine({ id, kind, channel, to, subject, text, data }: Notification): string {
  return JSON.stringify({ message: 'notification', id, kind, channel, to, subject, text, data });
}
