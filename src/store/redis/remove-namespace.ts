import { StoreError } from "../errors.ts";
import { nameShape } from "../ports.ts";
import { commandFailure } from "./failures.ts";
import { linkOpener } from "./open-link.ts";
import type { RedisStoreOptions } from "./options.ts";
import { targetOf } from "./target.ts";

export interface RemoveNamespaceOptions extends Pick<
  RedisStoreOptions,
  "url" | "username" | "password" | "tls" | "clock"
> {
  readonly namespace: string;
  /** All of it together (default 60,000). It walks over every key of the database, also those of others. */
  readonly timeoutMs?: number;
}

const usualTimeoutMs = 60_000;
const openTimeoutMs = 10_000;
/** Keys that the server looks at in one step. */
const stepKeys = "1000";

/**
 * Removes everything that a namespace has on a server, such as that of a trial, and touches no other key. Nobody has it
 * open. The user needs the rights to `SCAN` and `UNLINK`. Resolves with the number of keys.
 *
 * @throws StoreError `invalid`: no namespace has that name; `deadline`: not all are removed, do it again; others as in
 * opening a store
 */
export const removeNamespace = async (options: RemoveNamespaceOptions): Promise<number> => {
  const { clock, namespace, timeoutMs = usualTimeoutMs } = options;
  // It becomes a part of a pattern.
  if (!nameShape.test(namespace)) throw new StoreError("invalid", `namespace ${namespace}: this is no name of one`);
  const late = new AbortController();
  const timer = clock.after(timeoutMs, () => late.abort(tooSlow(namespace, timeoutMs)));
  try {
    const link = await linkOpener(targetOf(options), clock, openTimeoutMs)(late.signal);
    const end = (): void => link.drop(tooSlow(namespace, timeoutMs));
    late.signal.addEventListener("abort", end, { once: true });
    try {
      return await unlinkAll((command) => link.send(command), `{${namespace}:*`);
    } catch (error) {
      throw late.signal.aborted ? tooSlow(namespace, timeoutMs) : commandFailure(error);
    } finally {
      late.signal.removeEventListener("abort", end);
      link.drop(new StoreError("closed", "the keys are removed"));
    }
  } finally {
    timer.cancel();
  }
};

const unlinkAll = async (send: (command: readonly string[]) => Promise<unknown>, pattern: string): Promise<number> => {
  let removed = 0;
  let cursor = "0";
  do {
    const page = pageOf(await send(["SCAN", cursor, "MATCH", pattern, "COUNT", stepKeys]));
    if (page.keys.length > 0) removed += Number(await send(["UNLINK", ...page.keys]));
    ({ cursor } = page);
  } while (cursor !== "0");
  return removed;
};

const isList = (reply: unknown): reply is readonly unknown[] => Array.isArray(reply);

const pageOf = (reply: unknown): { readonly cursor: string; readonly keys: readonly string[] } => {
  const [cursor, keys] = isList(reply) ? reply : [];
  if (typeof cursor === "string" && isList(keys)) return { cursor, keys: keys.map(String) };
  throw new StoreError("internal", "SCAN has answered something else than keys");
};

const tooSlow = (namespace: string, timeoutMs: number): StoreError =>
  new StoreError("deadline", `not all keys {${namespace}:… were removed within ${timeoutMs} ms: do it again`, {
    retryable: true,
  });
