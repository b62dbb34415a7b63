/** The values of one payload, in their order, as they are written: byte strings. */
export interface PayloadList {
  readonly count: number;
  values(): Iterable<string>;
}

/** A list that stands in the template. */
export const inlineList = (values: readonly string[]): PayloadList => ({ count: values.length, values: () => values });

/**
 * The lines of a file, without empty ones. They are cut from its text one by one: a list of a million lines costs no
 * more memory than its file.
 */
export const linesOf = (bytes: Uint8Array): PayloadList => {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const lines = cutLines(text);
  let count = 0;
  while (lines.next().done !== true) count += 1;
  return { count, values: () => cutLines(text) };
};

function* cutLines(text: string): Generator<string, void, undefined> {
  for (let from = 0; from < text.length;) {
    const at = text.indexOf("\n", from);
    const end = at === -1 ? text.length : at;
    const line = text.slice(from, end > from && text[end - 1] === "\r" ? end - 1 : end);
    if (line !== "") yield line;
    from = end + 1;
  }
}
