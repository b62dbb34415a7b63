import { unreachable } from "../../../base/unreachable.ts";
import type { PreparedChange } from "../../model/commit.ts";
import type { Commands } from "../../model/commands.ts";
import { grows } from "../../model/growth.ts";
import type { ClaimRef, Guard } from "../../ports.ts";
import { marked, optional, type Call } from "./call.ts";
import { itemArgs } from "./prepared-item.ts";

export const commit: Call<Commands["commit"]["input"], Commands["commit"]["output"]> = {
  file: "commands/commit",
  lane: "queue",
  flag: (input) => (grows("commit", input) ? undefined : "allow-oom"),
  encode: ({ guard, changes }) => {
    const args = [...guardArgs(guard)];
    for (const change of changes) args.push(...changeArgs(change));
    return args;
  },
  decode: (reply, _, revision) => ({ revision, duplicates: reply.texts() }),
};

const claimArgs = ({ queue, id, token }: ClaimRef): readonly [string, string, string] => [queue, id, String(token)];

const guardArgs = (guard: Guard | undefined): readonly string[] => {
  if (guard === undefined) return [""];
  switch (guard.type) {
    case "claim":
      return ["claim", ...claimArgs(guard.claim)];
    case "lease":
      return ["lease", guard.lease.name, String(guard.lease.token)];
    case "record":
      return ["record", guard.record.key, String(guard.record.version)];
    default:
      return unreachable(guard);
  }
};

const changeArgs = (change: PreparedChange): readonly string[] => {
  switch (change.type) {
    case "add":
      return ["add", change.queue, ...itemArgs(change.item)];
    case "finish":
      return ["finish", ...claimArgs(change.claim), change.outcome, optional(change.result)];
    case "checkpoint":
      return ["checkpoint", ...claimArgs(change.claim), change.data];
    case "release": {
      const { claim, reason, delayMs, error } = change;
      return ["release", ...claimArgs(claim), reason, String(delayMs), marked(error)];
    }
    case "seal": {
      const { group, onComplete } = change;
      const next = onComplete === undefined ? ["", "", "", ""] : [onComplete.queue, ...itemArgs(onComplete.item)];
      return ["seal", group, ...next];
    }
    case "put":
      return ["put", change.key, change.value, optional(change.expectedVersion), optional(change.expiresInMs)];
    case "delete":
      return ["delete", change.key, optional(change.expectedVersion)];
    default:
      return unreachable(change);
  }
};
