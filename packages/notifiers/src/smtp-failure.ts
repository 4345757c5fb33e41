import { DeliveryError } from '@sallyport/core';
import type { DeliveryErrorDetails } from '@sallyport/core';

/** The fields of a nodemailer error. */
interface Facts {
  /** Of the operating system or of nodemailer, such as `ECONNREFUSED` or `EAUTH`. */
  readonly code: string;
  /** The SMTP reply code; 0 if there was no reply. */
  readonly reply: number;
  /** The command that the server replied to, such as `RCPT TO`. */
  readonly command: string;
  /** The original reply, without the addresses of the mail. */
  readonly words: string;
}

type Verdict = Pick<DeliveryErrorDetails, 'permanent' | 'misconfigured' | 'remedy'>;

/** Authentication is missing or failed, or TLS is required (RFC 4954, 6; RFC 3207, 4). */
const CREDENTIALS: ReadonlySet<number> = new Set([530, 534, 535, 538]);
/** Enhanced status codes about the sender: its mailbox, its system (RFC 3463, 3.2), and `SendAsDenied` of Exchange. */
const SENDER_CODE = /^\d{3}[ -]5\.(1\.[78]|2\.252|7\.60)\b/;
/** Relays also refuse senders in the reply to the recipient and to the text, with codes that only say `policy`. */
const SENDER_WORDS = /\b(sender|from (address|domain|header)|send as|relay(ing)?|not verified|authenticat\w+)\b/i;

/**
 * The delivery error, without the server's words, which quote addresses and the client's commands. `addresses` are those of the
 * mail: a recipient named `sender@` must not be taken for a statement about the sender.
 */
export function smtpFailure(error: unknown, addresses: readonly string[]): DeliveryError {
  const facts = factsOf(error, addresses);
  const reply = facts.reply === 0 ? '' : `_${facts.reply}`;
  return new DeliveryError('The SMTP server did not take the message', { code: `SMTP_${facts.code}${reply}`, ...judge(facts) });
}

function judge({ code, reply, command, words }: Facts): Verdict {
  if (/CERT|VERIFY|ALTNAME/.test(code)) return UNTRUSTED;
  // No command: the connection broke during the TLS handshake.
  if (/SSL|EPROTO/.test(code) || (code === 'ETLS' && command === 'STARTTLS')) return NO_TLS;
  if (code === 'EAUTH' || CREDENTIALS.has(reply)) return LOGIN_REFUSED;
  if (reply === 0) return UNREACHABLE;
  if (reply < 500) return {};
  // Of the 5xx replies, only those to the recipient and the text can be about the message.
  const isOfMessage = command === 'RCPT TO' || command === 'DATA';
  return isOfMessage && !SENDER_CODE.test(words) && !SENDER_WORDS.test(words) ? { permanent: true } : SENDER_REFUSED;
}

const UNTRUSTED: Verdict = {
  misconfigured: true,
  remedy: 'The certificate of the server is not trusted: set host to the name in it, or ca to the authority that signed it',
};
const NO_TLS: Verdict = {
  misconfigured: true,
  remedy:
    "The server does not offer TLS on this port: use 587 with security: 'starttls' or 465 with 'tls'; " +
    "or set security: 'none' for a relay on this machine or in a network that you trust",
};
const LOGIN_REFUSED: Verdict = {
  misconfigured: true,
  remedy: 'Set user and password to a login that may send through this server',
};
const SENDER_REFUSED: Verdict = {
  misconfigured: true,
  remedy: 'Set `from` to a sender that this server accepts, and user and password if it requires a login',
};
const UNREACHABLE: Verdict = {
  remedy: "Check that host and port are correct and reachable from here; port 465 goes with security: 'tls', 587 with 'starttls'",
};

function factsOf(error: unknown, addresses: readonly string[]): Facts {
  const fact = (name: string): unknown => (error instanceof Error ? Reflect.get(error, name) : undefined);
  const [reply, command, response] = [fact('responseCode'), fact('command'), fact('response')];
  // nodemailer stores the system's error code under another name.
  const code = [fact('originalCode'), fact('code')].find((candidate) => typeof candidate === 'string' && /^[A-Z][A-Z0-9_]*$/.test(candidate));
  return {
    code: typeof code === 'string' ? code : 'FAILED',
    reply: typeof reply === 'number' ? reply : 0,
    command: typeof command === 'string' ? command : '',
    words: addresses.reduce((left, address) => left.replaceAll(address, ''), typeof response === 'string' ? response : ''),
  };
}
