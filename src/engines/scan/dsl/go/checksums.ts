const table = Int32Array.from({ length: 256 }, (_value, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; bit += 1) sum = (sum & 1) === 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
  return sum;
});

/** CRC-32 as gzip and zip have it, unsigned. */
export const crc32 = (data: Uint8Array): number => {
  let sum = -1;
  for (const byte of data) sum = (sum >>> 8) ^ (table[(sum ^ byte) & 0xff] ?? 0);
  return ~sum >>> 0;
};

/** Adler-32 as zlib has it, unsigned. */
export const adler32 = (data: Uint8Array): number => {
  let [low, high] = [1, 0];
  for (const byte of data) {
    low = (low + byte) % 65_521;
    high = (high + low) % 65_521;
  }
  return ((high << 16) | low) >>> 0;
};
