import type { EncodedClaim } from "../../model/claim.ts";
import type { Commands } from "../../model/commands.ts";
import type { ReplyReader } from "../reply-reader.ts";
import { allowOom, optional, plain, type Call } from "./call.ts";
import { itemArgs } from "./prepared-item.ts";

type Command<Name extends keyof Commands> = Call<Commands[Name]["input"], Commands[Name]["output"]>;

export const add: Command<"add"> = {
  file: "commands/add",
  lane: "queue",
  flag: plain,
  encode: ({ queue, items }) => {
    const args = [queue];
    for (const item of items) args.push(...itemArgs(item));
    return args;
  },
  decode: (reply) => reply.texts(),
};

export const claim: Command<"claim"> = {
  file: "commands/claim",
  lane: "queue",
  flag: allowOom,
  encode: ({ queue, owner, slots, leaseMs, holding, maxClaimed, ids }) => [
    queue,
    owner,
    String(slots),
    String(leaseMs),
    String(holding),
    optional(maxClaimed),
    ...(ids === undefined ? ["any"] : ["only", ...ids]),
  ],
  decode: (reply, { queue }) => {
    const aloneWaiting = reply.flag();
    const nextIn = reply.optional();
    const firstToken = reply.whole();
    const claims: EncodedClaim[] = [];
    while (reply.left) claims.push(readClaim(reply, queue, firstToken + claims.length));
    return { claims, aloneWaiting, nextInMs: nextIn === undefined ? undefined : Number(nextIn) };
  },
};

const readClaim = (reply: ReplyReader, queue: string, token: number): EncodedClaim => {
  const id = reply.text();
  const body = reply.text();
  const checkpoint = reply.optional();
  const meta = reply.optional();
  if (meta === undefined) return { queue, id, token, body, group: undefined, checkpoint, failures: 0, losses: 0 };
  const [failures, losses, group] = meta.split(" ", 3);
  return {
    queue,
    id,
    token,
    body,
    group: group === "" ? undefined : group,
    checkpoint,
    failures: Number(failures),
    losses: Number(losses),
  };
};

export const extend: Command<"extend"> = {
  file: "commands/extend",
  lane: "queue",
  flag: allowOom,
  encode: ({ claims, leaseMs }) => [
    String(leaseMs),
    ...claims.flatMap(({ queue, id, token }) => [queue, id, String(token)]),
  ],
  decode: (reply, { claims }) => {
    const lost = new Set<number>();
    while (reply.left) lost.add(reply.whole());
    return claims.filter((_, at) => lost.has(at));
  },
};

export const cancel: Command<"cancel"> = {
  file: "commands/cancel",
  lane: "queue",
  flag: allowOom,
  encode: ({ queue, ids }) => [queue, ...ids],
  decode: (reply) => reply.texts(),
};

export const replay: Command<"replay"> = {
  file: "commands/replay",
  lane: "queue",
  flag: allowOom,
  encode: ({ queue, ids }) => [queue, ...ids],
  decode: (reply) => reply.texts(),
};
