import type { LibraryFunction } from "./library.ts";

/**
 * Which connection carries a call. `lease`: acquire, renew, release and look, so that a node's leases do not wait
 * behind large bodies; `queue`: all else.
 */
export type Lane = "queue" | "lease";

/** What a function of the library returned. Strings are UTF-8 text; Lua's numbers come as whole numbers, `false` and `nil` as null. */
export type ScriptReply = string | number | null | readonly ScriptReply[];

export interface ScriptRunner {
  /**
   * One call of a function, run by the server at most once. Rejects with a `StoreError`: `deadline` where it is unknown
   * whether it ran.
   */
  run(lane: Lane, called: LibraryFunction, keys: readonly string[], args: readonly string[]): Promise<ScriptReply>;
}
