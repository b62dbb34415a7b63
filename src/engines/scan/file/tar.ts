const blockBytes = 512;
const regular = new Set(["0", "\0", "7"]);

/**
 * The regular files of a tar archive (ustar, with GNU's and pax's long names).
 *
 * @throws Error when it ends in the midst of a file
 */
export const tarEntries = (bytes: Buffer): readonly { readonly name: string; readonly content: Buffer }[] => {
  const entries: { readonly name: string; readonly content: Buffer }[] = [];
  let longName: string | undefined;
  for (let at = 0; at + blockBytes <= bytes.length;) {
    const header = bytes.subarray(at, at + blockBytes);
    if (header[0] === 0) break;
    const size = Number.parseInt(text(header, 124, 12).trim() || "0", 8);
    const content = bytes.subarray(at + blockBytes, at + blockBytes + size);
    if (!(size >= 0) || content.length < size) throw new Error("the tar archive is damaged or cut off");
    const kind = header.toString("latin1", 156, 157);
    if (kind === "L") longName = text(content, 0, size);
    else if (kind === "x") longName = /\d+ path=([^\n]*)\n/.exec(content.toString("utf8"))?.[1] ?? longName;
    else {
      const prefix = text(header, 345, 155);
      const name = text(header, 0, 100);
      if (regular.has(kind)) entries.push({ name: longName ?? (prefix === "" ? name : `${prefix}/${name}`), content });
      longName = undefined;
    }
    at += blockBytes + Math.ceil(size / blockBytes) * blockBytes;
  }
  return entries;
};

/** Up to the first zero byte. */
const text = (bytes: Buffer, at: number, length: number): string => {
  const field = bytes.toString("utf8", at, at + length);
  const end = field.indexOf("\0");
  return end === -1 ? field : field.slice(0, end);
};
