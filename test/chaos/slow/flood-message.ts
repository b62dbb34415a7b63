import { asking, message, remoteProtocol } from "../../../src/cluster/index.ts";
import type { ReplyTo } from "../../../src/kernel/index.ts";
import { z } from "zod";
import type { Codec } from "../../../src/wire/index.ts";
import { jsonCodec } from "../../support/remote-counter.ts";

/** What one node tells another without end. */
export type FloodMessage =
  { readonly type: "drop"; readonly body: Uint8Array } | { readonly type: "count"; readonly replyTo: ReplyTo<number> };

/** As it is. */
const bytes: Codec<{ readonly body: Uint8Array }> = {
  encode: ({ body }) => Buffer.from(body.buffer, body.byteOffset, body.byteLength),
  decode: (body) => ({ body }),
};

export const floodProtocol = remoteProtocol<FloodMessage>({
  name: "chaos.flood",
  messages: {
    drop: message(1, bytes),
    count: asking(2, jsonCodec(z.object({})), jsonCodec(z.number())),
  },
});
