import type { Command } from "commander";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { jsonLine } from "../../output/text/json-text.ts";
import { messageLine } from "../../output/messages.ts";
import { toStdout } from "../../output/stdout.ts";
import { UsageError } from "../../process/usage-error.ts";
import { type ConnectionFlags, type OnExit, withConnectionFlags } from "../common-flags.ts";

interface Flags extends ConnectionFlags {
  readonly all?: true;
}

const mostAtOnce = 500;

type Batch = readonly string[];

/** The ids of all that is dead in the queue now: what dies again after its replay comes behind and is not met. */
async function* deadNow(control: GarrisonClient["control"], queue: string): AsyncGenerator<Batch> {
  let pageToken = "";
  do {
    const page = await control.deadLetters(queue, { pageSize: mostAtOnce, pageToken });
    yield page.deadLetters.map(({ id }) => id);
    pageToken = page.nextPageToken;
  } while (pageToken !== "");
}

function* batchesOf(ids: readonly string[]): Generator<Batch> {
  for (let at = 0; at < ids.length; at += mostAtOnce) yield ids.slice(at, at + mostAtOnce);
}

const replay = async (
  control: GarrisonClient["control"],
  queue: string,
  batches: AsyncIterable<Batch> | Iterable<Batch>,
  flags: Flags,
  signal: AbortSignal,
): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.complete;
  for await (const batch of batches) {
    if (signal.aborted) return exitCodes.interrupted;
    if (batch.length === 0) continue;
    const replayed = new Set(await control.replay(queue, batch));
    await toStdout([...replayed].map((id) => (flags.json === true ? jsonLine({ queue, id }) : `${id}\n`)).join(""));
    if (flags.all === true) continue;
    for (const id of batch.filter((asked) => !replayed.has(asked))) {
      process.stderr.write(messageLine(`garrison: ${id}: is no dead letter of ${queue}`));
      code = exitCodes.usage;
    }
  }
  return code;
};

export const addClusterReplay = (cluster: Command, onExit: OnExit): void => {
  withConnectionFlags(
    cluster
      .command("replay <queue> [id...]")
      .description("put dead letters back into their queue, and print their ids"),
  )
    .option("--all", "all that are dead in the queue now")
    .action(async (queue: string, ids: readonly string[], flags: Flags) => {
      if ((ids.length === 0) === (flags.all !== true)) throw new UsageError("name the dead letters, or give --all");
      const code = await callNodeLong(flags, ({ control }, signal) =>
        replay(
          control,
          queue,
          flags.all === true ? deadNow(control, queue) : batchesOf([...new Set(ids)]),
          flags,
          signal,
        ),
      );
      onExit(code);
    });
};
