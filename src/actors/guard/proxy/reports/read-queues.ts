import { asError } from "../../../../base/errors.ts";
import type { Context } from "../../../../kernel/index.ts";
import { readRows } from "../../../../shared-memory/index.ts";
import type { ProxySetup } from "../setup.ts";
import { Batch } from "./batch.ts";
import type { ReportsMessage } from "./reports-protocol.ts";
import type { ReportsState } from "./state.ts";

/** How often the queues are looked at, at most and at least; in between twice in the age of a report, which counts from the access. */
const shortestLookMs = 2;
const longestLookMs = 100;
/** After a disk that took nothing. */
const failedMs = 1_000;
/** How often is removed what processes left of which there is nothing to report. */
const tidyEveryMs = 10_000;
/** Reports made by one look, so that others have their turn. */
const mostOfLook = 4;

/**
 * Reads what front ends have written, and puts it into the spool when a report is due. By its age it is due only when it can be sent: else it
 * would be no sooner at the service, in more and smaller reports.
 *
 * @returns after how many milliseconds to look again
 */
export const readQueues = (setup: ProxySetup, state: ReportsState, context: Context<ReportsMessage>): number => {
  const { report: condition } = setup.settings;
  const lookMs = Math.min(longestLookMs, Math.max(shortestLookMs, condition.ageMs / 2));
  for (let made = 0; made < mostOfLook;) {
    const { batch } = state;
    if (batch === undefined) return state.spoolProblem === undefined ? lookMs : failedMs;
    if (!batch.isFull(condition)) {
      const more = read(state, batch, condition.bytes - batch.bytes);
      const dueInMs = batch.dueInMs(condition);
      const isDue = dueInMs === 0 && state.sending.isFree(context.clock.monotonicMs());
      if (batch.records === 0) tidy(state, context.clock.monotonicMs());
      if (!batch.isFull(condition) && !isDue) return more ? 0 : Math.min(lookMs, dueInMs || lookMs);
    }
    const became = spoolBatch(setup, state, context);
    if (became !== "spooled") return became === "full" ? lookMs : failedMs;
    made += 1;
  }
  return 0;
};

/** @returns whether there is more than this */
const read = (state: ReportsState, batch: Batch, maxBytes: number): boolean => {
  const { counts, droppedBy } = state;
  const { torn, more } = state.reader.read(maxBytes, (payload, writer) => {
    const content = readRows(payload);
    if (content === undefined) counts.malformed += 1;
    else {
      state.dropped += Math.max(0, content.dropped - (droppedBy.get(writer) ?? 0));
      droppedBy.set(writer, content.dropped);
    }
    counts.malformed += batch.add(content?.rows ?? [], payload.length);
  });
  counts.torn += torn;
  return more;
};

/** All that was read is in the spool, but for what is no access. */
const tidy = (state: ReportsState, nowMs: number): void => {
  if (nowMs < state.tidyAtMs) return;
  state.tidyAtMs = nowMs + tidyEveryMs;
  state.reader.release(state.reader.positions());
};

/** Puts what was read into the spool. `full`: once the service has taken some of it. `failed`: the disk does not take it; it stays where it is. */
export const spoolBatch = (
  { settings }: ProxySetup,
  state: ReportsState,
  { clock, log }: Pick<Context<ReportsMessage>, "clock" | "log">,
): "spooled" | "full" | "failed" => {
  const { spool, reader, batch, dropped, droppedBy } = state;
  if (batch === undefined || batch.bytes === 0) return "spooled";
  state.isFull = spool.size > 0 && spool.bytes + batch.bytes > settings.spoolBytes;
  if (state.isFull) return "full";
  const positions = reader.positions();
  const writers = positions.map((position) => ({ ...position, dropped: droppedBy.get(position.writer) ?? 0 }));
  try {
    state.sending.add(spool.add(batch.parts(), { dropped, writers }));
  } catch (thrown) {
    spoolFailed(state, asError(thrown), log);
    return "failed";
  }
  state.spoolProblem = undefined;
  state.counts.rows += batch.records;
  state.counts.accesses += batch.accesses;
  state.batch = new Batch(batch.shards, clock);
  reader.release(positions);
  const read = new Set(positions.map(({ writer }) => writer));
  for (const writer of droppedBy.keys()) if (!read.has(writer)) droppedBy.delete(writer);
  return "spooled";
};

/** What was to be written stays where it is, to be written later. Said once. */
export const spoolFailed = (state: ReportsState, error: Error, log: Context<ReportsMessage>["log"]): void => {
  if (state.spoolProblem === undefined) log.error({ err: error }, "the spool of the guard cannot be written");
  state.spoolProblem = error.message;
};
