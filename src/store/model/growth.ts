import type { PreparedChange } from "./commit.ts";
import type { CommandName, Commands } from "./commands.ts";

/** Changes that only end work, or give it back. */
const ends: ReadonlySet<PreparedChange["type"]> = new Set(["finish", "release", "delete"]);

/** Commands that hand out, prolong or end what is there, and so lead to room. A lease is small, and whoever makes room needs one. */
const passing: ReadonlySet<CommandName> = new Set([
  "claim",
  "extend",
  "cancel",
  "replay",
  "orderGroup",
  "sweepGroup",
  "acquire",
  "seize",
  "seize",
  "renew",
  "releaseLease",
  "releaseSlots",
]);

/** Whether a command adds to what is stored: such a one is refused as `full` while there is too little room, the others go on. */
export const grows = <Name extends CommandName>(name: Name, input: Commands[Name]["input"]): boolean =>
  "changes" in input ? !input.changes.every(({ type }) => ends.has(type)) : !passing.has(name);
