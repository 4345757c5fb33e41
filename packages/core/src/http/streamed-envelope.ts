import type { Lists } from './define-route.js';

export interface StreamedEnvelope {
  readonly message: string;
  readonly data: unknown;
  readonly lists: Lists;
  readonly meta: object;
}

/**
 * The envelope of a success whose data has lists of unbounded length, as JSON in pieces of one page each. A page is
 * read when its piece is requested, so that the answer needs the memory of one page, however long it is (security.md
 * Z4).
 */
export async function* streamedEnvelope({ message, data, lists, meta }: StreamedEnvelope): AsyncGenerator<string> {
  const fields = JSON.stringify(data).slice(1, -1);
  let text = `{"success":true,"message":${JSON.stringify(message)},"data":{${fields}`;
  let before = fields === '' ? '' : ',';
  for (const [name, pages] of Object.entries(lists)) {
    text += `${before}${JSON.stringify(name)}:[`;
    before = '';
    for await (const page of pages) {
      if (page.length === 0) continue;
      yield `${text}${before}${JSON.stringify(page).slice(1, -1)}`;
      text = '';
      before = ',';
    }
    text += ']';
    before = ',';
  }
  yield `${text}},"meta":${JSON.stringify(meta)}}`;
}
