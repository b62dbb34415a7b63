import { z } from "zod";
import { asking, message, remoteProtocol, shardKind, type RemoteFields } from "../../src/cluster/index.ts";
import type { ReplyTo } from "../../src/kernel/index.ts";
import { jsonCodec } from "./remote-counter.ts";

/** What a shard of the test is told: numbered by each sender for each key. */
export type NoteMessage =
  | { readonly type: "note"; readonly from: string; readonly key: string; readonly number: number }
  | {
      readonly type: "question";
      readonly from: string;
      readonly key: string;
      readonly number: number;
      readonly replyTo: ReplyTo<string>;
    }
  | { readonly type: "stop" };

const note = z.object({ from: z.string(), key: z.string(), number: z.number() });
type FieldsOf<Type extends NoteMessage["type"]> = RemoteFields<Extract<NoteMessage, { readonly type: Type }>>;

export const notesKind = shardKind<NoteMessage>({
  name: "notes",
  shards: 4,
  protocol: remoteProtocol<NoteMessage>({
    name: "test.notes",
    messages: {
      note: message(1, jsonCodec<FieldsOf<"note">>(note)),
      question: asking(2, jsonCodec<FieldsOf<"question">>(note), jsonCodec(z.string())),
      stop: message(3, jsonCodec<FieldsOf<"stop">>(z.object({}))),
    },
  }),
});
