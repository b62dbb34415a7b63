import { constants, deflateRawSync, inflateRawSync } from "node:zlib";

/** Inputs up to this size end as Go's compressor ends them. */
const maxMatched = 65_536;

const flushed = { finishFlush: constants.Z_SYNC_FLUSH };

/**
 * DEFLATE as Go writes it: the data in a block that is not the last, then an empty last one that is stored. For short
 * data the bytes are those of Go, which servers' filters and templates compare; long data is only valid.
 */
export const deflated = (data: Buffer): Buffer => {
  if (data.length > maxMatched) return deflateRawSync(data);
  const out = deflateRawSync(data, flushed);
  const header = out.length - 5;
  for (let bit = 7; bit >= -7; bit -= 1) {
    const closed = withBit(out, header + Math.floor(bit / 8), (bit + 8) % 8);
    if (closed !== undefined && isWhole(closed, data)) return closed;
  }
  return deflateRawSync(data);
};

/** With one bit set that was not. The mark of the last block stands somewhere before the length of the empty block. */
const withBit = (bytes: Buffer, at: number, bit: number): Buffer | undefined => {
  const byte = bytes[at];
  if (byte === undefined || (byte & (1 << bit)) !== 0) return undefined;
  const out = Buffer.from(bytes);
  out[at] = byte | (1 << bit);
  return out;
};

const isWhole = (compressed: Buffer, data: Buffer): boolean => {
  try {
    return inflateRawSync(compressed, { maxOutputLength: data.length + 1 }).equals(data);
  } catch {
    return false;
  }
};
