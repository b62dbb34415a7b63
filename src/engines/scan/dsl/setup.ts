import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";

/** Finds and replaces patterns under the budget of the response that is judged. Subjects are byte strings. */
export interface DslSearcher {
  /** @param pattern RE2 source, as text */
  test(pattern: string, subject: string): boolean | Promise<boolean>;
  /** @param replacement with `$1`, `${name}` and `$$`, as Go's regexp expands them; byte string */
  replaceAll(pattern: string, subject: string, replacement: string): string | Promise<string>;
}

/** Opens sockets for expressions, only to what the run may reach. Everything it gives is bounded by it. */
export interface DslNetwork {
  /** The values of the records of one type (`A`, `CNAME`, …) as text, best first; none when there are none. */
  resolve(host: string, type: string): Promise<readonly string[]>;
  /** Sends bytes on a new TCP connection and gives the first bytes of the answer; empty when there is none. */
  exchange(
    host: string,
    port: number,
    bytes: Buffer,
    limits: { readonly timeoutMs: number; readonly maxBytes: number },
  ): Promise<Buffer>;
}

/** What an expression may use beside the values of its scope. */
export interface DslSetup {
  readonly clock: Clock;
  readonly random: Random;
  /** Ends waits of `wait_for`. */
  readonly signal?: AbortSignal;
  /** Where long subjects are searched; without it they are searched in place. */
  readonly searcher?: DslSearcher;
  /** Without it `resolve` and `jarm` fail. */
  readonly network?: DslNetwork;
  /** Takes what `print_debug` prints. */
  readonly log?: (text: string) => void;
}
