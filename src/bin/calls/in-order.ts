/**
 * Works on items side by side and yields the results in the order of the items, each as soon as it can. At most `atOnce` items are taken
 * and not yet yielded, so that a source of any length is read only as fast as its results leave.
 *
 * The work itself must not reject: what can go wrong with an item belongs into its result. When the source fails, the results of the items
 * before it still come; then its error is thrown.
 */
export async function* inOrder<Item, Result>(
  items: AsyncIterable<Item> | Iterable<Item>,
  atOnce: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const source = Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
  const underWay: Promise<Result>[] = [];
  let taking: Promise<void> | undefined;
  const end: { reached: boolean; failure?: { readonly thrown: unknown } } = { reached: false };
  const take = async (): Promise<void> => {
    try {
      const next = await source.next();
      if (next.done === true) end.reached = true;
      else underWay.push(work(next.value));
    } catch (thrown) {
      end.reached = true;
      end.failure = { thrown };
    } finally {
      taking = undefined;
    }
  };
  try {
    for (;;) {
      if (!end.reached && underWay.length < atOnce) taking ??= take();
      const [first] = underWay;
      if (first === undefined && taking === undefined) break;
      // A source may be slow, such as a person who types: what is ready does not wait for it.
      const ready = await Promise.race([
        ...(taking === undefined ? [] : [taking.then(() => false)]),
        ...(first === undefined ? [] : [first.then(() => true)]),
      ]);
      if (!ready || first === undefined) continue;
      void underWay.shift();
      yield await first;
    }
  } finally {
    // One that is asked for an item answers no other question before.
    if (taking === undefined) await source.return?.();
  }
  if (end.failure !== undefined) throw end.failure.thrown;
}
