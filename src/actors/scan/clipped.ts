const mostBytes = 500;

/** A text of any origin, cut so that it takes at most 500 bytes as JSON: what is gathered of many has to fit into one record. */
export const clipped = (text: string): string => {
  let bytes = 0;
  let end = 0;
  for (const character of text.slice(0, mostBytes)) {
    // Without the quotation marks.
    bytes += Buffer.byteLength(JSON.stringify(character)) - 2;
    if (bytes > mostBytes) break;
    end += character.length;
  }
  return text.slice(0, end);
};
