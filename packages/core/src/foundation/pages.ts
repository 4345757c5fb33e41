import { setImmediate as yieldToEventLoop } from 'node:timers/promises';
import type { Page } from '../ports/store/page.js';


/** Lists, each read page by page. */
export type PagesOf<Lists> = { readonly [Name in keyof Lists]: AsyncIterable<Lists[Name]> };

/** Maximum of rows in memory at a time. */
const PAGE_SIZE = 500;

/**
 * All pages of a list, each read on request. A store may block the event loop, so the loop gets a turn between two
 * pages.
 */
export async function* pagesOf<Row extends { readonly id: string }>(
  read: (page: Page) => Promise<readonly Row[]>,
): AsyncGenerator<readonly Row[]> {
  for (let beforeId: string | undefined; ; await yieldToEventLoop()) {
    const rows = await read({ limit: PAGE_SIZE, beforeId });
    yield rows;
    beforeId = rows.at(-1)?.id;
    if (rows.length < PAGE_SIZE) return;
  }
}

/** The same pages, with the first already read: awaiting this reports its failure. */
export async function readFirst<Item>(pages: AsyncGenerator<readonly Item[]>): Promise<AsyncGenerator<readonly Item[]>> {
  return resume(await pages.next(), pages);
}

async function* resume<Item>(first: IteratorResult<readonly Item[]>, rest: AsyncGenerator<readonly Item[]>): AsyncGenerator<readonly Item[]> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

/** The same pages, with each row converted by `convert`. */
export async function* convertPages<Row, Item>(
  pages: AsyncIterable<readonly Row[]>,
  convert: (row: Row) => Item,
): AsyncGenerator<readonly Item[]> {
  for await (const rows of pages) yield rows.map((row) => convert(row));
}

/** All rows of all pages in memory. */
export async function collectPages<Row>(pages: AsyncIterable<readonly Row[]>): Promise<readonly Row[]> {
  const all: Row[] = [];
  for await (const rows of pages) for (const row of rows) all.push(row);
  return all;
}
