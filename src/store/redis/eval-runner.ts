import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { isNoScript } from "./failures.ts";
import type { Lane, ScriptReply, ScriptRunner } from "./script-runner.ts";
import type { Script } from "./script.ts";

/**
 * Runs scripts by their digest, and with their text where the server does not have it: never seen, restarted, or
 * flushed. That answer says that nothing ran, so the second call repeats nothing.
 */
export class EvalRunner implements ScriptRunner {
  readonly #lanes: Readonly<Record<Lane, Connection>>;

  constructor(lanes: Readonly<Record<Lane, Connection>>) {
    this.#lanes = lanes;
  }

  async run(
    lane: Lane,
    { name, source, sha1 }: Script,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<ScriptReply> {
    const connection = this.#lanes[lane];
    const deadlineMs = connection.deadlineMs();
    const rest = [String(keys.length), ...keys, ...args];
    try {
      return checked(name, await connection.call(["EVALSHA", sha1, ...rest], deadlineMs));
    } catch (error) {
      if (!(error instanceof StoreError && isNoScript(error.cause))) throw error;
      return checked(name, await connection.call(["EVAL", source, ...rest], deadlineMs));
    }
  }
}

const isReply = (value: unknown): value is ScriptReply =>
  value === null ||
  typeof value === "string" ||
  typeof value === "number" ||
  (Array.isArray(value) && value.every(isReply));

const checked = (name: string, reply: unknown): ScriptReply => {
  if (isReply(reply)) return reply;
  throw new StoreError("internal", `the script ${name} returned what no script returns`);
};
