import type { ByteReader } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import { WireError } from "../errors.ts";

/** What an envelope is; the numbers are those of `EnvelopeKind` in envelope.proto. */
export const envelopeKinds = {
  tell: 1,
  ask: 2,
  reply: 3,
  failure: 4,
  cancel: 5,
  watch: 6,
  unwatch: 7,
  terminated: 8,
  stop: 9,
  stopped: 10,
} as const;

export type EnvelopeKind = keyof typeof envelopeKinds;
/** A kind as it is on the wire. */
export type EnvelopeKindNumber = (typeof envelopeKinds)[EnvelopeKind];

/** Of envelopes; in bytes of UTF-8. */
export const envelopeBounds = { pathBytes: 1_000, protocolBytes: 64, codeBytes: 64, messageBytes: 1_000 } as const;

const nothing = Buffer.alloc(0);
const largestKind = 10;

const field = {
  kind: 1,
  target: 2,
  path: 3,
  incarnation: 4,
  protocol: 5,
  type: 6,
  payload: 7,
  correlation: 8,
  leftMs: 9,
  code: 10,
  message: 11,
  retryable: 12,
  trace: 13,
} as const;

/** One message between the actors of two nodes; see envelope.proto. Mutable: the same one serves for one envelope after the other. */
export class Envelope {
  kind: EnvelopeKindNumber = envelopeKinds.tell;
  target = 0;
  /** Empty: the target has its number from an earlier envelope. */
  path = "";
  incarnation = 0;
  protocol = "";
  type = 0;
  payload: Uint8Array = nothing;
  correlation = 0;
  leftMs = 0;
  code = "";
  message = "";
  retryable = false;
  trace: Uint8Array | undefined = undefined;

  /** All fields as in a new one. */
  clear(kind: EnvelopeKindNumber): this {
    this.kind = kind;
    this.target = 0;
    this.path = "";
    this.incarnation = 0;
    this.protocol = "";
    this.type = 0;
    this.payload = nothing;
    this.correlation = 0;
    this.leftMs = 0;
    this.code = "";
    this.message = "";
    this.retryable = false;
    this.trace = undefined;
    return this;
  }
}

/** Appends the envelope's fields. Not a method, so that a link can be given it without a closure for each message. */
export const writeEnvelope = (writer: ByteWriter, envelope: Envelope): void => {
  writer.uint(field.kind, envelope.kind);
  if (envelope.target !== 0) writer.uint(field.target, envelope.target);
  if (envelope.path !== "") {
    writer.text(field.path, envelope.path);
    if (envelope.incarnation !== 0) writer.uint(field.incarnation, envelope.incarnation);
    writer.text(field.protocol, envelope.protocol);
  }
  if (envelope.type !== 0) writer.uint(field.type, envelope.type);
  if (envelope.payload.length > 0) writer.bytes(field.payload, envelope.payload);
  if (envelope.correlation !== 0) writer.uint(field.correlation, envelope.correlation);
  if (envelope.leftMs !== 0) writer.uint(field.leftMs, envelope.leftMs);
  if (envelope.code !== "") writer.text(field.code, envelope.code);
  if (envelope.message !== "") writer.text(field.message, envelope.message);
  if (envelope.retryable) writer.flag(field.retryable, true);
  if (envelope.trace !== undefined) writer.bytes(field.trace, envelope.trace);
};

/**
 * Reads one envelope; fields that are not known are left out.
 *
 * @param into overwritten; its bytes are views into what is read
 * @throws WireError `malformed`
 */
export const readEnvelope = (reader: ByteReader, into: Envelope): void => {
  into.clear(envelopeKinds.tell);
  let kind = 0;
  for (let at = reader.next(); at !== 0; at = reader.next()) {
    switch (at) {
      case field.kind:
        kind = reader.uint();
        break;
      case field.target:
        into.target = reader.uint();
        break;
      case field.path:
        into.path = reader.text(envelopeBounds.pathBytes);
        break;
      case field.incarnation:
        into.incarnation = reader.uint();
        break;
      case field.protocol:
        into.protocol = reader.text(envelopeBounds.protocolBytes);
        break;
      case field.type:
        into.type = reader.uint();
        break;
      case field.payload:
        into.payload = reader.bytes();
        break;
      case field.correlation:
        into.correlation = reader.uint();
        break;
      case field.leftMs:
        into.leftMs = reader.uint();
        break;
      case field.code:
        into.code = reader.text(envelopeBounds.codeBytes);
        break;
      case field.message:
        into.message = reader.text(envelopeBounds.messageBytes);
        break;
      case field.retryable:
        into.retryable = reader.flag();
        break;
      case field.trace:
        into.trace = reader.bytes();
        break;
      default:
        reader.skip();
    }
  }
  if (!isKind(kind)) throw new WireError("malformed", `an envelope is of the kind ${kind}`);
  into.kind = kind;
};

const isKind = (kind: number): kind is EnvelopeKindNumber => kind >= 1 && kind <= largestKind;
