import { StoreError } from "../errors.ts";
import type { Connection } from "./connection.ts";
import { isExistingLibrary, isUnknownFunction } from "./failures.ts";
import type { Library, LibraryFunction } from "./library.ts";
import type { Lane, ScriptReply, ScriptRunner } from "./script-runner.ts";

/** One is enough, unless somebody flushes the functions in between. */
const mostLoads = 5;

/**
 * Calls functions of the server, and loads their library where the server does not have it: never seen, flushed, or
 * started without its data. That answer says that nothing ran, so the second call repeats nothing.
 */
export class FunctionRunner implements ScriptRunner {
  readonly #lanes: Readonly<Record<Lane, Connection>>;
  /** Under way on a lane: calls that find the library missing together load it once. */
  readonly #loading = new Map<Lane, Promise<void>>();

  constructor(lanes: Readonly<Record<Lane, Connection>>) {
    this.#lanes = lanes;
  }

  async run(
    lane: Lane,
    { name, library }: LibraryFunction,
    keys: readonly string[],
    args: readonly string[],
  ): Promise<ScriptReply> {
    const connection = this.#lanes[lane];
    const deadlineMs = connection.deadlineMs();
    const command = ["FCALL", name, String(keys.length), ...keys, ...args];
    const call = async (loading?: Promise<void>): Promise<ScriptReply> => {
      try {
        // Right behind the library, so that hardly anything comes between them.
        return checked(name, await connection.call(command, deadlineMs));
      } catch (error) {
        // What was wrong with loading says more than that the function still is unknown, but nothing about a call that
        // was answered otherwise: somebody else can have loaded the library meanwhile.
        if (isMissing(error)) await loading;
        throw error;
      }
    };
    for (let loads = 0, loading: Promise<void> | undefined; ; loads += 1) {
      try {
        return await call(loading);
      } catch (error) {
        if (loads === mostLoads || !isMissing(error)) throw error;
        loading = this.#load(lane, library, deadlineMs);
      }
    }
  }

  #load(lane: Lane, library: Library, deadlineMs: number): Promise<void> {
    const loading =
      this.#loading.get(lane) ??
      load(this.#lanes[lane], library, deadlineMs).finally(() => {
        this.#loading.delete(lane);
      });
    this.#loading.set(lane, loading);
    // Calls may never ask what came of it.
    loading.catch(() => undefined);
    return loading;
  }
}

const isMissing = (error: unknown): boolean => error instanceof StoreError && isUnknownFunction(error.cause);

const load = async (connection: Connection, { source }: Library, deadlineMs: number): Promise<void> => {
  try {
    await connection.call(["FUNCTION", "LOAD", source], deadlineMs);
  } catch (error) {
    // Somebody else was quicker.
    if (!(error instanceof StoreError && isExistingLibrary(error.cause))) throw error;
  }
};

const isReply = (value: unknown): value is ScriptReply =>
  value === null ||
  typeof value === "string" ||
  typeof value === "number" ||
  (Array.isArray(value) && value.every(isReply));

const checked = (name: string, reply: unknown): ScriptReply => {
  if (isReply(reply)) return reply;
  throw new StoreError("internal", `the function ${name} returned what no function returns`);
};
