import type { Commands } from "../../model/commands.ts";
import { allowOom, plain, type Call } from "./call.ts";

type Command<Name extends keyof Commands> = Call<Commands[Name]["input"], Commands[Name]["output"]>;

export const acquire: Command<"acquire"> = {
  file: "commands/acquire",
  lane: "lease",
  flag: plain,
  encode: ({ name, owner, ttlMs }) => [name, owner, String(ttlMs)],
  decode: (reply) => {
    const token = reply.whole();
    return token === 0 ? undefined : token;
  },
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
