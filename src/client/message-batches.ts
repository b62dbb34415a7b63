/** Of JSON, which is longer than protobuf: a message stays below the 1 MiB that a node takes. */
export const fullMessageBytes = 768 * 1024;

/** About how long a part of a message is. */
export const jsonBytes = (value: object): number => Buffer.byteLength(JSON.stringify(value));

/** Cuts items into batches that each fit into one message, in their order. None is empty. No item is longer than `fullMessageBytes`. */
export function* messageBatches<Item extends object>(
  items: Iterable<Item>,
  mostPerMessage: number,
): Generator<readonly Item[], void> {
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = jsonBytes(item);
    if (batch.length > 0 && (bytes + size > fullMessageBytes || batch.length >= mostPerMessage)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
