import { message, asking, remoteProtocol } from "../../src/cluster/remote/index.ts";
import { same, type Props, type ReplyTo } from "../../src/kernel/index.ts";
import type { Codec } from "../../src/wire/index.ts";

/** What both nodes of the bench understand: the same that the Erlang peer does. */
export type SinkMessage =
  | { readonly type: "data"; readonly bytes: Buffer }
  /** Answered with the same bytes. */
  | { readonly type: "echo"; readonly bytes: Buffer; readonly replyTo: ReplyTo<Buffer> }
  /** Answered with how many `data` came since it was asked last, once all that were sent before have come. */
  | { readonly type: "count"; readonly replyTo: ReplyTo<Buffer> };

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
const bytes: Codec<Buffer> = { encode: (value) => value, decode: asBuffer };
const body: Codec<{ readonly bytes: Buffer }> = {
  encode: (value) => value.bytes,
  decode: (encoded) => ({ bytes: asBuffer(encoded) }),
};
const none: Codec<object> = { encode: () => Buffer.alloc(0), decode: () => ({}) };

export const sinkProtocol = remoteProtocol<SinkMessage>({
  name: "bench.sink",
  messages: { data: message(1, body), echo: asking(2, body, bytes), count: asking(3, none, bytes) },
});

export const sinkPath = "/sink";

const capacity = 100_000;

/** Counts what it is told and says back what it is asked. */
export const sinkProps: Props<number, SinkMessage> = {
  behavior: {
    initial: () => 0,
    receive: (counted, received) => {
      switch (received.type) {
        case "data":
          return counted + 1;
        case "echo":
          received.replyTo.tell(received.bytes);
          return same;
        case "count":
          received.replyTo.tell(Buffer.from(String(counted)));
          return 0;
      }
    },
  },
  mailbox: { capacity },
};
