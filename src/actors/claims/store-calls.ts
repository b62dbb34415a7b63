import { asError } from "../../base/errors.ts";
import type { Context } from "../../kernel/index.ts";
import { StoreError } from "../../store/index.ts";

/** What a store call came to. `unavailable` may or may not have taken effect: try again later, with the same ids. */
export type Attempt<Value> =
  { readonly status: "ok"; readonly value: Value } | { readonly status: "stale" } | { readonly status: "unavailable" };

/** Makes a store call whose expected failures are no reason to crash: a lost claim, and a store that does not answer now. */
export const attempt = async <Value>(
  context: Pick<Context<never>, "log">,
  what: string,
  call: () => Promise<Value>,
): Promise<Attempt<Value>> => {
  try {
    return { status: "ok", value: await call() };
  } catch (thrown) {
    if (!(thrown instanceof StoreError)) throw thrown;
    if (thrown.code === "stale-guard") return { status: "stale" };
    if (!thrown.retryable) throw thrown;
    context.log.warn({ err: asError(thrown), what }, "the store did not answer");
    return { status: "unavailable" };
  }
};
