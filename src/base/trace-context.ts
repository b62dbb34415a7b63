/** Which trace and which span of it something belongs to, as W3C Trace Context has it. */
export interface TraceContext {
  /** 32 hex digits in lower case, not all zero. */
  readonly traceId: string;
  /** 16 hex digits in lower case, not all zero. */
  readonly spanId: string;
  /** 1: the spans of this trace are recorded; 0: they are not. */
  readonly flags: 0 | 1;
}

const shape = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
/** Of version 00; a later one may append fields. */
const plainLength = 55;
const mostLength = 512;

const isZero = (id: string): boolean => /^0+$/.test(id);

const flagsOf = (byte: number): 0 | 1 => ((byte & 1) === 1 ? 1 : 0);

/** The header `traceparent`, 55 characters. */
export const formatTraceparent = ({ traceId, spanId, flags }: TraceContext): string =>
  `00-${traceId}-${spanId}-0${flags}`;

/**
 * Reads a `traceparent` of at most 512 characters, of version 00 or, as the standard wants it, the known fields of a later one.
 * `undefined`: it is none; whoever sent it is served all the same, in a new trace.
 */
export const parseTraceparent = (text: string): TraceContext | undefined => {
  if (text.length < plainLength || text.length > mostLength) return undefined;
  const [, version, traceId, spanId, flags, more] = shape.exec(text) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return undefined;
  if (version === "ff" || (version === "00" && more !== undefined)) return undefined;
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, flags: flagsOf(Number.parseInt(flags, 16)) };
};

/** A packed context: 16 bytes of trace, 8 of span, 1 of flags. */
export const packedTraceBytes = 25;

/** The context in 25 bytes, for envelopes between nodes. */
export const packTrace = ({ traceId, spanId, flags }: TraceContext): Uint8Array => {
  const bytes = Buffer.allocUnsafe(packedTraceBytes);
  bytes.write(traceId, 0, 16, "hex");
  bytes.write(spanId, 16, 8, "hex");
  bytes[24] = flags;
  return bytes;
};

/** `undefined`: these bytes are no context. */
export const unpackTrace = (bytes: Uint8Array): TraceContext | undefined => {
  if (bytes.length !== packedTraceBytes) return undefined;
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
  const [traceId, spanId] = [hex.slice(0, 32), hex.slice(32, 48)];
  if (isZero(traceId) || isZero(spanId)) return undefined;
  return { traceId, spanId, flags: flagsOf(bytes[24] ?? 0) };
};
