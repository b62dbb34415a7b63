const [zero, nine, dot] = [48, 57, 46];

/**
 * The number that an IPv4 address is, written as four decimal numbers without leading zeros; undefined for any other text. Other
 * spellings that exist (octal, hexadecimal, fewer numbers) are no addresses here: they would be further names of the same client.
 */
export const v4Number = (text: string): number | undefined => {
  if (text.length < 7 || text.length > 15) return undefined;
  let [number, part, digits, parts] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === dot) {
      if (digits === 0 || parts === 3) return undefined;
      number = number * 256 + part;
      [part, digits, parts] = [0, 0, parts + 1];
    } else {
      if (code < zero || code > nine || (digits > 0 && part === 0)) return undefined;
      part = part * 10 + code - zero;
      digits += 1;
      if (part > 255) return undefined;
    }
  }
  return parts === 3 && digits > 0 ? number * 256 + part : undefined;
};

export const v4Text = (number: number): string =>
  [number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff].join(".");
