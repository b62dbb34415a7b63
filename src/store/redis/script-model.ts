import type { Backend } from "../handle/backend.ts";
import type { CommandName, Commands } from "../model/commands.ts";
import type { Queries, QueryName } from "../model/queries.ts";
import type { Retention } from "../model/unit.ts";
import type { Call } from "./calls/call.ts";
import { commit } from "./calls/commit.ts";
import { orderGroup, sweepGroup } from "./calls/groups.ts";
import { acquire, releaseLease, renew, seize } from "./calls/leases.ts";
import { releaseSlots, reserve } from "./calls/limits.ts";
import { counts, deadLetters, group, item, leases, record, records, recordsByKey, revision } from "./calls/queries.ts";
import { add, cancel, claim, extend, replay } from "./calls/work.ts";
import { keyOfSpace } from "./keys.ts";
import { composeLibrary, functionOf, type Library } from "./library.ts";
import { refusalOf } from "./refusal.ts";
import { ReplyReader } from "./reply-reader.ts";
import type { ScriptReply, ScriptRunner } from "./script-runner.ts";

const commands: { readonly [Name in CommandName]: Call<Commands[Name]["input"], Commands[Name]["output"]> } = {
  add,
  claim,
  extend,
  cancel,
  replay,
  commit,
  orderGroup,
  sweepGroup,
  acquire,
  seize,
  renew,
  releaseLease,
  reserve,
  releaseSlots,
};

const queries: { readonly [Name in QueryName]: Call<Queries[Name]["input"], Queries[Name]["output"]> } = {
  counts,
  item,
  deadLetters,
  group,
  record,
  records,
  recordsByKey,
  leases,
  revision,
};

export interface ScriptModelOptions {
  readonly namespace: string;
  readonly retention: Retention;
  /** Number of the server's database. */
  readonly database: number;
  /** The server's time in milliseconds, for tests that hold time in their hands. Otherwise the functions ask the server. */
  readonly time?: () => number;
  /** Told of each revision that a command takes, as soon as it is known. */
  readonly revised?: (space: string, revision: number) => void;
}

/** The model of the store as functions of a Redis server. Each call is one function, so it is atomic. */
export const createScriptModel = (
  runner: ScriptRunner,
  { namespace, retention, database, time, revised }: ScriptModelOptions,
): Pick<Backend, "execute" | "ask"> => {
  const { retainMs, retainDeadMs } = retention;
  const run = async <Input, Output>(space: string, call: Call<Input, Output>, input: Input): Promise<ReplyReader> => {
    const called = functionOf(modelLibrary(), call.file, call.flag(input));
    const args = [
      time === undefined ? "" : String(time()),
      String(retainMs),
      String(retainDeadMs),
      String(database),
      ...call.encode(input),
    ];
    const reply: ScriptReply = await runner.run(call.lane, called, [keyOfSpace(namespace, space)], args);
    const refusal = refusalOf(reply);
    if (refusal !== undefined) throw refusal;
    return new ReplyReader(call.file, reply);
  };
  return {
    execute: async <Name extends CommandName>(space: string, name: Name, input: Commands[Name]["input"]) => {
      const command: Call<Commands[Name]["input"], Commands[Name]["output"]> = commands[name];
      const reply = await run(space, command, input);
      const revision = reply.whole();
      if (revision > 0) revised?.(space, revision);
      return command.decode(reply, input, revision);
    },
    ask: async <Name extends QueryName>(space: string, name: Name, input: Queries[Name]["input"]) => {
      const query: Call<Queries[Name]["input"], Queries[Name]["output"]> = queries[name];
      return query.decode(await run(space, query, input), input, 0);
    },
  };
};

let library: Library | undefined;

/** All commands and queries. Put together once in a process, when it is first needed. */
const modelLibrary = (): Library => {
  library ??= composeLibrary([
    // Nearly every command has calls that end or keep work: one name for those, and one for the others.
    ...Object.values(commands).map(({ file }) => ({ file, flags: [undefined, "allow-oom"] as const })),
    ...Object.values(queries).map(({ file }) => ({ file, flags: ["no-writes"] as const })),
  ]);
  return library;
};
