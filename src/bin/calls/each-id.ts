// Not through the index: the error, not the client.
import { ClientError } from "../../client/errors.ts";
import { exitCodes, type ExitCode } from "../process/exit-codes.ts";
import { messageLine } from "../output/messages.ts";

const concernsOne: ReadonlySet<ClientError["code"]> = new Set(["not-found", "invalid", "failed-precondition"]);

/**
 * Does something to each of some things that a person named, one after the other; one that is not there, or refuses, keeps no other from
 * it. Each such one is told on standard error; then the exit code is that of bad input.
 */
export const eachId = async (ids: readonly string[], work: (id: string) => Promise<void>): Promise<ExitCode> => {
  let code: ExitCode = exitCodes.complete;
  for (const id of new Set(ids)) {
    try {
      await work(id);
    } catch (error) {
      if (!(error instanceof ClientError) || !concernsOne.has(error.code)) throw error;
      process.stderr.write(messageLine(`garrison: ${id}: ${error.message}`));
      code = exitCodes.usage;
    }
  }
  return code;
};
