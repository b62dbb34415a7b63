import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../../base/clock.ts";
import { PlaybookError } from "../errors.ts";
import type { ModuleFacts } from "../protocol/messages.ts";
import type { PlaybookVersion } from "../playbook.ts";
import { PrivateFolders } from "./process/private-folders.ts";
import { endOfExit } from "./process/process-exit.ts";
import type { ChildLimits } from "./settings.ts";
import type { PlaybookProcess } from "./process/playbook-process.ts";
import type { StartChild } from "./process/start-child.ts";
import { startProcess } from "./process/start-process.ts";

export interface DescribeSetup {
  readonly startChild: StartChild;
  readonly child: Pick<ChildLimits, "maxOldSpaceMb" | "stallMs">;
  readonly clock: Clock;
}

/** Loading a module is the work of a moment; one that does more has to be ended. */
const describeMs = 10_000;

/**
 * What a module playbook exports, found out by loading it in a process of its own: its top level is code.
 * @throws PlaybookError `invalid-playbook` when it cannot be loaded or is no playbook, `no-process` when no process can be started
 */
export const describeModule = async (
  { startChild, child: limits, clock }: DescribeSetup,
  playbook: Pick<PlaybookVersion, "id" | "code">,
): Promise<ModuleFacts> => {
  const folders = new PrivateFolders();
  try {
    const start = { ...limits, warmThreads: 0, childProcess: false };
    const child = await startProcess({ startChild, start, folders, clock }, new AbortController().signal);
    try {
      return await describe(child, playbook, limits.maxOldSpaceMb, clock);
    } finally {
      child.kill();
      await child.gone;
    }
  } finally {
    await folders.close();
  }
};

const describe = async (
  child: PlaybookProcess,
  { id, code }: Pick<PlaybookVersion, "id" | "code">,
  maxOldSpaceMb: number,
  clock: Clock,
): Promise<ModuleFacts> => {
  const invalid = (why: string): PlaybookError =>
    new PlaybookError("invalid-playbook", `the playbook ${id} cannot be loaded: ${why}`, { ids: { playbook: id } });
  const file = join(child.folder, `${id}.mjs`);
  await writeFile(file, code, { mode: 0o400, flag: "wx" });
  let timer: ReturnType<Clock["after"]> | undefined;
  const facts = new Promise<ModuleFacts>((resolve, reject) => {
    timer = clock.after(describeMs, () => reject(invalid(`it takes longer than ${describeMs} ms`)));
    child.hear({
      said: (message) => {
        if (message.type === "described") resolve(message.facts);
        else if (message.type === "failed") reject(invalid(message.message));
        else if (message.type === "stalled") reject(invalid(`its top level runs for ${message.forMs} ms`));
      },
      printed: () => undefined,
      broke: (error) => reject(invalid(error.message)),
    });
    void child.gone.then((exit) => {
      const end = endOfExit(exit, maxOldSpaceMb);
      reject(invalid("message" in end ? end.message : "its process ended"));
    });
  });
  child.send({ type: "describe", playbook: { id, kind: "module", file } });
  try {
    return await facts;
  } finally {
    timer?.cancel();
  }
};
