/** Runs `work` for every item, at most `atOnce` at a time. */
export async function spread<Item>(
  { items, atOnce }: { readonly items: Iterable<Item>; readonly atOnce: number },
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
