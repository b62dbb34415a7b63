import type { Commands } from "../../model/commands.ts";
import type { ReplyReader } from "../reply-reader.ts";
import { allowOom, type Call } from "./call.ts";

type Command<Name extends keyof Commands> = Call<Commands[Name]["input"], Commands[Name]["output"]>;

/** The new token; 0: none was given. */
const decodeToken = (reply: ReplyReader): number | undefined => {
  const token = reply.whole();
  return token === 0 ? undefined : token;
};

export const acquire: Command<"acquire"> = {
  file: "commands/acquire",
  lane: "lease",
  flag: allowOom,
  encode: ({ name, owner, ttlMs }) => [name, owner, String(ttlMs)],
  decode: decodeToken,
};

export const seize: Command<"seize"> = {
  file: "commands/seize",
  lane: "lease",
  flag: allowOom,
  encode: ({ lease, owner, ttlMs }) => [lease.name, String(lease.token), owner, String(ttlMs)],
  decode: decodeToken,
};

export const renew: Command<"renew"> = {
  file: "commands/renew",
  lane: "lease",
  flag: allowOom,
  encode: ({ lease, ttlMs }) => [lease.name, String(lease.token), String(ttlMs)],
  decode: (reply) => reply.flag(),
};

export const releaseLease: Command<"releaseLease"> = {
  file: "commands/release-lease",
  lane: "lease",
  flag: allowOom,
  encode: ({ name, token }) => [name, String(token)],
  decode: (reply) => reply.flag(),
};
