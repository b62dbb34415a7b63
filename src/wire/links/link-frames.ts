import type { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import { WireError } from "../errors.ts";
import { batchField, readBatch, type LinkBatch } from "./link-batch.ts";
import {
  helloCodec,
  refuseCodec,
  welcomeCodec,
  type LinkHello,
  type LinkRefuse,
  type LinkWelcome,
} from "./link-messages.ts";

/** Of both directions. */
export const mostFrameBytes = 1024 * 1024;
/** A node refuses others than its own. */
export const linkProtocolVersion = 1;

/** From the node that dialled: the fields of `LinkRequest`. Batches are written by `BatchWriter`. */
export type SenderFrame =
  | { readonly type: "hello"; readonly hello: LinkHello }
  | { readonly type: "batch"; readonly batch: LinkBatch }
  | { readonly type: "probe"; readonly number: number }
  | { readonly type: "refuse"; readonly refuse: LinkRefuse };

/** The last envelope that was handled, and how many bytes may be under way. */
export interface LinkAck {
  readonly handled: number;
  readonly windowBytes: number;
}

/** From the node that was dialled: the fields of `LinkResponse`. */
export type ReceiverFrame =
  | { readonly type: "welcome"; readonly welcome: LinkWelcome }
  | { readonly type: "ack"; readonly ack: LinkAck }
  | { readonly type: "probe-answer"; readonly number: number }
  | { readonly type: "refuse"; readonly refuse: LinkRefuse };

const senderFields = { hello: 1, batch: batchField, probe: 3, refuse: 4 } as const;
const receiverFields = { welcome: 1, ack: 2, probeAnswer: 3, refuse: 4 } as const;

const frameHeadBytes = 16;
const smallFrameBytes = 40;

/** @throws WireError `malformed`, `oversized` or `invalid` */
export const decodeSenderFrame = (frame: Uint8Array, reader: ByteReader): SenderFrame => {
  const [field, content] = onlyField(frame, reader);
  switch (field) {
    case senderFields.hello:
      return { type: "hello", hello: helloCodec.decode(content) };
    case senderFields.batch:
      return { type: "batch", batch: readBatch(content, reader) };
    case senderFields.probe:
      return { type: "probe", number: readNumbers(content, reader)[0] };
    case senderFields.refuse:
      return { type: "refuse", refuse: refuseCodec.decode(content) };
    default:
      throw unknownKind(field);
  }
};

/** @throws WireError `malformed`, `oversized` or `invalid` */
export const decodeReceiverFrame = (frame: Uint8Array, reader: ByteReader): ReceiverFrame => {
  const [field, content] = onlyField(frame, reader);
  switch (field) {
    case receiverFields.welcome:
      return { type: "welcome", welcome: welcomeCodec.decode(content) };
    case receiverFields.ack: {
      const [handled, windowBytes] = readNumbers(content, reader);
      return { type: "ack", ack: { handled, windowBytes } };
    }
    case receiverFields.probeAnswer:
      return { type: "probe-answer", number: readNumbers(content, reader)[0] };
    case receiverFields.refuse:
      return { type: "refuse", refuse: refuseCodec.decode(content) };
    default:
      throw unknownKind(field);
  }
};

export const helloFrame = (hello: LinkHello): Buffer => frameOf(senderFields.hello, helloCodec.encode(hello));

export const probeFrame = (number: number): Buffer => frameOf(senderFields.probe, numbers(number, 0));

export const senderRefuseFrame = (refuse: LinkRefuse): Buffer =>
  frameOf(senderFields.refuse, refuseCodec.encode(refuse));

export const welcomeFrame = (welcome: LinkWelcome): Buffer =>
  frameOf(receiverFields.welcome, welcomeCodec.encode(welcome));

export const ackFrame = ({ handled, windowBytes }: LinkAck): Buffer =>
  frameOf(receiverFields.ack, numbers(handled, windowBytes));

export const probeAnswerFrame = (number: number): Buffer => frameOf(receiverFields.probeAnswer, numbers(number, 0));

export const receiverRefuseFrame = (refuse: LinkRefuse): Buffer =>
  frameOf(receiverFields.refuse, refuseCodec.encode(refuse));

const onlyField = (frame: Uint8Array, reader: ByteReader): readonly [field: number, content: Buffer] => {
  if (frame.length > mostFrameBytes) throw new WireError("oversized", `a frame has more than ${mostFrameBytes} bytes`);
  const field = reader.read(frame).next();
  if (field === 0) throw new WireError("malformed", "a frame is empty");
  const content = reader.bytes();
  if (reader.left > 0) throw new WireError("malformed", "a frame holds more than one field");
  return [field, content];
};

/** The fields 1 and 2 of a message of numbers; 0 where there is none. */
const readNumbers = (content: Uint8Array, reader: ByteReader): readonly [first: number, second: number] => {
  let first = 0;
  let second = 0;
  reader.read(content);
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) first = reader.uint();
    else if (field === 2) second = reader.uint();
    else reader.skip();
  }
  return [first, second];
};

const frameOf = (field: number, content: Uint8Array): Buffer => {
  const writer = new ByteWriter(content.length + frameHeadBytes);
  writer.bytes(field, content);
  return writer.take();
};

const numbers = (first: number, second: number): Buffer => {
  const writer = new ByteWriter(smallFrameBytes);
  writer.uint(1, first);
  if (second > 0) writer.uint(2, second);
  return writer.take();
};

const unknownKind = (field: number): WireError => new WireError("malformed", `a frame of an unknown kind, ${field}`);
