/** One element of DER: its tag and its content. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  oid: 0x06,
  sequence: 0x30,
  set: 0x31,
  utcTime: 0x17,
  generalizedTime: 0x18,
  bmpString: 0x1e,
  utf8String: 0x0c,
} as const;

/** The elements that stand one after the other in these bytes. @throws Error for what is no DER */
export const elements = (bytes: Buffer): readonly Element[] => {
  const found: Element[] = [];
  for (let at = 0; at < bytes.length;) {
    const { element, next } = elementAt(bytes, at);
    found.push(element);
    at = next;
  }
  return found;
};

const elementAt = (bytes: Buffer, at: number): { readonly element: Element; readonly next: number } => {
  const tag = bytes.readUInt8(at);
  const first = bytes.readUInt8(at + 1);
  const lengthBytes = first < 0x80 ? 0 : first - 0x80;
  if (lengthBytes > 4) throw new Error("not DER: an element is too long");
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  const next = start + length;
  if (next > bytes.length) throw new Error("not DER: an element is longer than what it stands in");
  return { element: { tag, content: bytes.subarray(start, next) }, next };
};

/** Longer than any that is in use; reading one takes time by the square of its length. */
const maxOidBytes = 256;

/** An object identifier as `2.5.4.3`. @throws Error for one that is too long */
export const oidText = (content: Buffer): string => {
  if (content.length > maxOidBytes) throw new Error("not DER: an object identifier is too long");
  const numbers: bigint[] = [];
  let value = 0n;
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte >= 0x80) continue;
    numbers.push(value);
    value = 0n;
  }
  const [head = 0n, ...rest] = numbers;
  const first = head < 80n ? head / 40n : 2n;
  return [first, head - first * 40n, ...rest].join(".");
};

/** The text of a string of any of ASN.1's kinds. */
export const stringText = ({ tag, content }: Element): string => {
  if (tag === tags.bmpString)
    return Buffer.from(content)
      .subarray(0, content.length & ~1)
      .swap16()
      .toString("utf16le");
  return content.toString(tag === tags.utf8String ? "utf8" : "latin1");
};

/** A time as milliseconds since 1970. */
export const timeMs = ({ tag, content }: Element): number => {
  const text = content.toString("latin1");
  const digits = tag === tags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?Z?/.exec(digits) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second ?? "0"));
};
