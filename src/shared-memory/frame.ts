import { crc32 } from "node:zlib";

/** Begin of a frame: `GRF1`, length of the payload, CRC-32 of the payload; each 4 bytes, little endian. */
export const frameHeaderBytes = 12;
/** A longer one is no frame. */
export const maxFrameBytes = 1024 * 1024;

const magic = 0x31465247;

/** What stands at a place of a file that others append to. */
export type FrameRead =
  | { readonly kind: "frame"; readonly payload: Buffer; readonly end: number }
  /** Its writer has not written all of it, and may never do so. */
  | { readonly kind: "incomplete" }
  /** Neither a frame nor the beginning of one. */
  | { readonly kind: "broken" };

/** Writes the header of a frame whose payload is in `buffer` after it. @returns the whole frame, in the same memory */
export const sealFrame = (buffer: Buffer, payloadBytes: number): Buffer => {
  const end = frameHeaderBytes + payloadBytes;
  if (payloadBytes > maxFrameBytes) throw new RangeError(`a frame of ${payloadBytes} bytes is over ${maxFrameBytes}`);
  buffer.writeUInt32LE(magic, 0);
  buffer.writeUInt32LE(payloadBytes, 4);
  buffer.writeUInt32LE(crc32(buffer.subarray(frameHeaderBytes, end)), 8);
  return buffer.subarray(0, end);
};

/** A payload as a frame. */
export const frameOf = (payload: Uint8Array): Buffer => {
  const buffer = Buffer.allocUnsafe(frameHeaderBytes + payload.length);
  buffer.set(payload, frameHeaderBytes);
  return sealFrame(buffer, payload.length);
};

/** The frame at `at`. Its payload is a view of `bytes`. */
export const readFrame = (bytes: Buffer, at: number): FrameRead => {
  if (bytes.length - at < frameHeaderBytes) return { kind: "incomplete" };
  if (bytes.readUInt32LE(at) !== magic) return { kind: "broken" };
  const length = bytes.readUInt32LE(at + 4);
  if (length > maxFrameBytes) return { kind: "broken" };
  const end = at + frameHeaderBytes + length;
  if (end > bytes.length) return { kind: "incomplete" };
  const payload = bytes.subarray(at + frameHeaderBytes, end);
  return crc32(payload) === bytes.readUInt32LE(at + 8) ? { kind: "frame", payload, end } : { kind: "broken" };
};
