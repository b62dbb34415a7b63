import { bounds, StoreError } from "../../../store/index.ts";
import { byEnd, findingPrefix, indexedScan, reportPrefix } from "../records/keys.ts";
import { rowsOf } from "../../claims/rows-of.ts";
import type { Round } from "./round.ts";

/** How far a count of the bytes of all ended scans has come: the last key of the index that is in it. */
export interface Weighing {
  readonly after: string | undefined;
  readonly bytes: number;
}

export const nothingWeighed: Weighing = { after: undefined, bytes: 0 };

const pagesPerRound = 20;
/** Scans whose findings are read to be weighed: once for each, the index keeps what they came to. */
const weighedPerRound = 50;

/**
 * Goes on with the count, in the order in which scans ended. `total`: in bytes, when it has come to the last of them; `next` then begins
 * anew.
 */
export const weighScans = async (
  round: Round,
  weighing: Weighing,
): Promise<{ readonly next: Weighing; readonly total: number | undefined }> => {
  let { after, bytes } = weighing;
  let weighed = 0;
  for (let page = 0; page < pagesPerRound; page += 1) {
    const request = { limit: bounds.page, ...(after === undefined ? {} : { after }) };
    const { rows, next } = await round.space.records.list(byEnd, request);
    for (const { key, value, version } of rows) {
      if (typeof value !== "number" && (weighed += 1) > weighedPerRound)
        return { next: { after, bytes }, total: undefined };
      bytes += typeof value === "number" ? value : await weighScan(round, key, version);
      after = key;
    }
    if (next === undefined) return { next: nothingWeighed, total: bytes };
  }
  return { next: { after, bytes }, total: undefined };
};

const weighScan = async ({ space, lease }: Round, key: string, version: number): Promise<number> => {
  const id = indexedScan(key);
  let bytes = 0;
  for (const prefix of [findingPrefix(id), reportPrefix(id)]) {
    for await (const row of rowsOf((page) => space.records.list(prefix, page))) {
      bytes += row.key.length + Buffer.byteLength(JSON.stringify(row.value));
    }
  }
  try {
    await space.commit({ type: "lease", lease }, [{ type: "put", key, value: bytes, expectedVersion: version }]);
  } catch (error) {
    // Without room for a number it is weighed anew the next time; someone who writes the entry meanwhile has moved it.
    if (!(error instanceof StoreError && (error.code === "full" || error.code === "version-conflict"))) throw error;
  }
  return bytes;
};
