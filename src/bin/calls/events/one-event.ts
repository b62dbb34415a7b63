import type { ReportedEvent } from "../../../client/index.ts";
import type { EventDefaults } from "../../../engines/events/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { Piece } from "./cut-lines.ts";
import { eventPieces, openEventFile } from "./event-file.ts";
import { readEvent } from "./read-event.ts";

const never = new AbortController().signal;

/** The only event of a file, and the name of the file for messages. */
const onlyPiece = async (given: string): Promise<{ readonly name: string; readonly piece: Piece }> => {
  if (given.trimStart().startsWith("{")) return { name: "--event", piece: { line: 1, bytes: Buffer.from(given) } };
  const file = await openEventFile(given);
  let only: Piece | undefined;
  for await (const piece of eventPieces(file, never)) {
    if (only !== undefined)
      throw new UsageError(`${file.name}:${piece.line}: one event is enough, here is another one`);
    only = piece;
  }
  if (only === undefined) throw new UsageError(`${file.name}: there is no event in it`);
  return { name: file.name, piece: only };
};

/**
 * The one event that a flag names: a file, `-` for standard input, or its JSON itself.
 * @throws UsageError with the place, when there is none, when it is no event, or when there is more than one
 */
export const oneEvent = async (given: string, defaults: EventDefaults): Promise<ReportedEvent> => {
  const { name, piece } = await onlyPiece(given);
  const read = readEvent(piece, defaults);
  if ("event" in read) return read.event;
  throw new UsageError(`${name}${name === "--event" ? "" : `:${read.line}`}: ${read.problem.message}`, read.problem);
};
