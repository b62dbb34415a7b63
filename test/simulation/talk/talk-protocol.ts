import { z } from "zod";
import { asking, message, remoteProtocol, type Remote, type RemoteProtocol } from "../../../src/cluster/index.ts";
import type { Address, ReplyTo } from "../../../src/kernel/index.ts";
import { actorRefCodec, type Codec } from "../../../src/wire/index.ts";

/** What every message between nodes carries, so that what became of it can be told. */
export interface Postmark {
  /** Its number among all messages of the run. */
  readonly id: number;
  /** Who sent it: `node.incarnation:/path#incarnation`. */
  readonly from: string;
  /** Its number among those of this sender. */
  readonly sequence: number;
}

export type TalkMessage =
  | (Postmark & {
      readonly type: "note";
      /** The sender wants a note back. */
      readonly echo: boolean;
      readonly padding: string;
    })
  | (Postmark & {
      readonly type: "question";
      readonly answer: "now" | "late" | "never";
      readonly replyTo: ReplyTo<Answer>;
    });

export interface Answer {
  /** Of the question. */
  readonly to: number;
  /** Somebody whom others may write to. */
  readonly worker: Address<TalkMessage> | undefined;
}

export type TalkProtocol = RemoteProtocol<TalkMessage>;

const longestPadding = 4_096;
const postmark = { from: z.string().max(100), sequence: z.number() };
const note = z.strictObject({
  talk: z.number(),
  ...postmark,
  echo: z.boolean(),
  padding: z.string().max(longestPadding),
});
const question = z.strictObject({ talk: z.number(), ...postmark, answer: z.enum(["now", "late", "never"]) });
const answer = z.strictObject({ to: z.number(), worker: z.string().optional() });

/** So begins the payload of each message: whoever sees it on its way can tell which one it is. */
const beginning = /^\{"talk":(\d+)/;
const beginningBytes = 24;

/** The id of a message by its payload; `undefined`: it is none of these. */
export const idOf = (payload: Uint8Array): number | undefined => {
  const found = beginning.exec(Buffer.from(payload.subarray(0, beginningBytes)).toString("latin1"));
  return found === null ? undefined : Number(found[1]);
};

const write = (value: object): Buffer => Buffer.from(JSON.stringify(value));
const read = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString());

/** How they travel; addresses in answers are those of the node that reads them. */
export const talkProtocol = (remote: Remote): TalkProtocol => {
  const answers: Codec<Answer> = {
    encode: ({ to, worker }) => {
      const ref = worker === undefined ? undefined : actorRefCodec.encode(remote.refOf(worker)).toString("base64");
      return write({ to, worker: ref });
    },
    decode: (bytes) => {
      const { to, worker } = answer.parse(read(bytes));
      if (worker === undefined) return { to, worker };
      return { to, worker: remote.addressOf(protocol, actorRefCodec.decode(Buffer.from(worker, "base64"))) };
    },
  };
  const protocol = remoteProtocol<TalkMessage>({
    name: "simulation.talk",
    messages: {
      note: message(1, {
        encode: ({ id, from, sequence, echo, padding }) => write({ talk: id, from, sequence, echo, padding }),
        decode: (bytes) => {
          const { talk, ...rest } = note.parse(read(bytes));
          return { id: talk, ...rest };
        },
      }),
      question: asking(
        2,
        {
          encode: ({ id, from, sequence, answer: when }) => write({ talk: id, from, sequence, answer: when }),
          decode: (bytes) => {
            const { talk, ...rest } = question.parse(read(bytes));
            return { id: talk, ...rest };
          },
        },
        answers,
      ),
    },
  });
  return protocol;
};
