/** The ids of the sessions that changed, or a gap: messages were lost. Nothing else is sent. */
export type BusContent = { readonly kind: 'change'; readonly userIds: readonly string[] } | { readonly kind: 'gap' };

export type BusMessage = BusContent & {
  /** The process that sent it. */
  readonly from: string;
};

const MAX_LENGTH = 16_384;
/** A larger number of changes is sent as a gap. */
export const MAX_USER_IDS = 100;
const MAX_ID_LENGTH = 64;

export function writeMessage(message: BusMessage): string {
  return JSON.stringify(message);
}

/** `null` for an unknown message, such as one of a newer version: its content is unknown, so all cached state is dropped. */
export function readMessage(text: string): BusMessage | null {
  const value = text.length <= MAX_LENGTH ? parse(text) : null;
  if (typeof value !== 'object' || value === null) return null;
  const { from, kind, userIds }: { readonly from?: unknown; readonly kind?: unknown; readonly userIds?: unknown } = value;
  if (!isId(from)) return null;
  if (kind === 'gap') return { from, kind };
  if (kind !== 'change' || !Array.isArray(userIds) || userIds.length > MAX_USER_IDS || !userIds.every(isId)) return null;
  return { from, kind, userIds };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH;
}
