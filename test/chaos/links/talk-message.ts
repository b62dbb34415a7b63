import { z } from "zod";
import { asking, message, remoteProtocol } from "../../../src/cluster/index.ts";
import type { ReplyTo } from "../../../src/kernel/index.ts";
import { actorRefCodec, type ActorRef } from "../../../src/wire/index.ts";
import { jsonCodec } from "../../support/remote-counter.ts";

/** What the actors of different nodes say to each other. */
export type TalkMessage =
  /** @param n its number among those of `from` to this receiver */
  | { readonly type: "note"; readonly from: string; readonly n: number; readonly padding: string }
  | { readonly type: "question"; readonly n: number; readonly replyTo: ReplyTo<number> }
  /** Answered with a new actor, which writes to `employer`. */
  | { readonly type: "hire"; readonly employer: string; readonly replyTo: ReplyTo<ActorRef> }
  /** It writes a last time, and stops. */
  | { readonly type: "finish" };

const name = z.string().max(200);

export const talkProtocol = remoteProtocol<TalkMessage>({
  name: "chaos.talk",
  messages: {
    note: message(1, jsonCodec(z.object({ from: name, n: z.number(), padding: z.string() }))),
    question: asking(2, jsonCodec(z.object({ n: z.number() })), jsonCodec(z.number())),
    hire: asking(3, jsonCodec(z.object({ employer: name })), actorRefCodec),
    finish: message(4, jsonCodec(z.object({}))),
  },
});

/** The name of an actor in the histories, which says how to reach it too. */
export const nameOf = ({ node, nodeIncarnation, path, incarnation }: ActorRef): string =>
  `${node}.${nodeIncarnation}:${path}#${incarnation}`;

const shape = /^(?<node>[^.]+)\.(?<nodeIncarnation>[^:]+):(?<path>[^#]+)#(?<incarnation>\d+)$/;

export const refOf = (actor: string): ActorRef => {
  const { node = "", nodeIncarnation = "", path = "", incarnation = "0" } = shape.exec(actor)?.groups ?? {};
  return { node, nodeIncarnation, path, incarnation: Number(incarnation) };
};

/** Which life of a node an actor is of. */
export const lifeOf = (actor: string): string => actor.slice(0, actor.indexOf(":"));
