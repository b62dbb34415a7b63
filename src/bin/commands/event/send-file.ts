import { systemClock } from "../../../base/clock.ts";
import { asError } from "../../../base/errors.ts";
import { systemRandom } from "../../../base/random.ts";
import type { GarrisonClient } from "../../../client/index.ts";
import { callNodeLong } from "../../calls/call-node.ts";
import { type EventFile, eventPieces, openEventFile } from "../../calls/events/event-file.ts";
import { type ReadEvent, readEvent } from "../../calls/events/read-event.ts";
import { sendEvents } from "../../calls/events/send-events.ts";
import { createByteProgress } from "../../output/scan/byte-progress.ts";
import { createSay } from "../../output/messages.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import type { ConnectionFlags } from "../common-flags.ts";
import { explainEvents } from "./explain-events.ts";
import { type EventFlags, eventDefaults } from "./event-flags.ts";
import { SendAccount } from "./send-account.ts";

/** What `event send` takes. */
export interface SendFlags extends ConnectionFlags, EventFlags {
  readonly dryRun?: true;
}

/** The events of the file with what the flags say, as they are read. */
const eventsOf = (file: EventFile, flags: EventFlags): ((signal: AbortSignal) => AsyncIterable<ReadEvent>) => {
  const defaults = eventDefaults(flags, () => systemRandom.id());
  return async function* (signal) {
    for await (const piece of eventPieces(file, signal)) yield readEvent(piece, defaults);
  };
};

const send = async (
  client: GarrisonClient,
  file: EventFile,
  flags: SendFlags,
  signal: AbortSignal,
): Promise<ExitCode> => {
  const quiet = flags.quiet === true;
  const say = createSay(quiet);
  const account = new SendAccount(file.name, flags.json === true, say);
  const progress = createByteProgress(systemClock, file, quiet);
  const setup = { client, signal, say, clock: systemClock, random: systemRandom };
  try {
    for await (const batch of sendEvents(eventsOf(file, flags), setup)) {
      await account.add(batch);
      progress.update(`${account.stored} events accepted`);
    }
  } catch (thrown) {
    account.failure ??= asError(thrown);
  } finally {
    progress.stop();
  }
  account.close();
  if (signal.aborted) return exitCodes.interrupted;
  if (account.failure !== undefined) throw account.failure;
  return account.invalid > 0 ? exitCodes.usage : exitCodes.complete;
};

/** Reports the events of a file, or says what they would start. */
export const sendFile = async (name: string, flags: SendFlags): Promise<ExitCode> => {
  const file = await openEventFile(name);
  return callNodeLong(flags, (client, signal) =>
    flags.dryRun === true
      ? explainEvents(client, eventsOf(file, flags)(signal), { file: file.name, flags, signal })
      : send(client, file, flags, signal),
  );
};
