import type { Clock } from "../../../../base/clock.ts";
import type { Random } from "../../../../base/random.ts";
import { openOwnFolder, SegmentReader, sharedFolders } from "../../../../shared-memory/index.ts";
import type { ProxySetup } from "../setup.ts";
import { Spool } from "../spool/spool.ts";
import { Batch } from "./batch.ts";
import type { ReportsView } from "./reports-protocol.ts";
import { Sending, type Call, type Group } from "./sending.ts";

type Counted =
  "rows" | "accesses" | "sentReports" | "failedReports" | "storedParts" | "malformed" | "torn" | "lostParts";

/** Between the queues of the front ends and the service. */
export interface ReportsState {
  readonly spool: Spool;
  readonly reader: SegmentReader;
  readonly sending: Sending;
  /** How many accesses each writer said that it dropped, in all. */
  readonly droppedBy: Map<string, number>;
  dropped: number;
  /** Undefined until it is known how many there are. */
  shards: number | undefined;
  /** Undefined until the spool has begun for the shards. */
  batch: Batch | undefined;
  readonly calls: Map<Call, AbortController>;
  readonly counts: { -readonly [Key in Extract<keyof ReportsView, Counted>]: number };
  isFull: boolean;
  /** Of the monotonic clock. */
  tidyAtMs: number;
  /** Why the spool could not be written the last time. */
  spoolProblem: string | undefined;
  /** Why reports were not taken the last time. */
  readonly sendProblems: Map<Group["name"], string>;
}

/** Goes on where the one before was, as the spool says. @throws when the folders cannot be used */
export const openState = (
  { settings }: ProxySetup,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): ReportsState => {
  const folder = sharedFolders(settings.folder).writers;
  openOwnFolder(folder);
  const spool = new Spool(settings.spoolFolder, { clock, random });
  const { writers = [], dropped = 0 } = spool.head ?? {};
  const { shards } = spool;
  const sending = new Sending(random);
  sending.add(spool.parts);
  return {
    spool,
    sending,
    reader: new SegmentReader({ folder, clock }, writers),
    droppedBy: new Map(writers.map((each) => [each.writer, each.dropped])),
    dropped,
    shards,
    batch: shards === undefined ? undefined : new Batch(shards, clock),
    calls: new Map(),
    counts: {
      rows: 0,
      accesses: 0,
      sentReports: 0,
      failedReports: 0,
      storedParts: 0,
      malformed: 0,
      torn: 0,
      lostParts: 0,
    },
    isFull: false,
    tidyAtMs: 0,
    spoolProblem: undefined,
    sendProblems: new Map(),
  };
};
