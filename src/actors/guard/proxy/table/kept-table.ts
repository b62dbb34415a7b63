import { nextTurn } from "../../../../base/event-loop.ts";
import {
  TableReader,
  type Changeable,
  type Interception,
  type InterceptionKey,
  type TableChange,
} from "../../../../shared-memory/index.ts";

/** The table that a proxy before this one left: in force until the service says what is true now. */
export class KeptTable implements Changeable {
  readonly #entries = new Map<string, Interception>();

  get entries(): Iterable<Interception> {
    return this.#entries.values();
  }

  apply(change: TableChange): void {
    if (change.type === "put") for (const entry of change.interceptions) this.#entries.set(textOf(entry), entry);
    if (change.type === "drop") for (const key of change.keys) this.#entries.delete(textOf(key));
  }
}

const textOf = ({ rule, field, subject }: InterceptionKey): string => `${rule}\0${field}\0${subject}`;

/** Undefined when there is none, or the signal was aborted. What comes behind a place that cannot be read is left out. */
export const readKeptTable = async (folder: string, signal: AbortSignal): Promise<KeptTable | undefined> => {
  const reader = new TableReader(folder, () => new KeptTable());
  try {
    while (reader.step() && !signal.aborted) await nextTurn();
    return signal.aborted ? undefined : reader.table;
  } finally {
    reader.close();
  }
};
