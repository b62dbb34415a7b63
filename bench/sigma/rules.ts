import type { EventData, SecurityEvent } from "../../src/engines/events/index.ts";
import { fieldPaths } from "../../src/engines/events/fields/field-paths.ts";
import {
  DetectionIndex,
  EventView,
  fits,
  knownLogsource,
  parseSigmaRules,
  type SigmaRule,
} from "../../src/engines/sigma/index.ts";
import { processEvent, processRules } from "../../test/support/sigma/process-rules.ts";
import { inTurn } from "../rounds.ts";
import { median, type Report } from "../report.ts";
import { publicEvents, publicVariants } from "./public-rules.ts";

const wantedRules = 3_000;
const leastPerSecond = 5_000;
const indexedEvents = 4_000;
const eventsOneByOne = 200;
const compared = 300;

/**
 * Thousands of Sigma rules look at each event, on one core. The rules and events are made, or those of the folder `GARRISON_BENCH_SIGMA`
 * (a folder each with rule.yml and event.json) in variants.
 */
export const name = "sigma-rules";

export const run = async (report: Report): Promise<void> => {
  const folder = process.env["GARRISON_BENCH_SIGMA"];
  const texts = folder === undefined ? processRules(wantedRules) : publicVariants(folder, wantedRules);
  const rules = texts.flatMap((text) => parseSigmaRules(text, "bench").rules);
  if (rules.length !== wantedRules) throw new Error(`${rules.length} of ${wantedRules} rules load`);
  const events = folder === undefined ? made : publicEvents(folder).map((data, at) => eventOf(`e-${at}`, data));
  const started = performance.now();
  const index = new DetectionIndex(rules.map((rule, at) => ({ ...rule, value: at })));
  const matches = events.reduce((sum, event) => sum + index.match(event).length, 0) / events.length;
  console.error(
    `  index of ${rules.length} rules made in ${(performance.now() - started).toFixed(0)} ms, ${matches.toFixed(2)} matches an event`,
  );
  compare(rules, index, events);

  const samples = await inTurn({
    indexed: () => perSecond(indexedEvents, (at) => index.match(eventAt(events, at)).length),
    oneByOne: () => perSecond(eventsOneByOne, (at) => oneByOne(rules, eventAt(events, at)).length),
  });
  const what = `${rules.length} ${folder === undefined ? "made" : "public"} Sigma rules, one core`;
  report.add({
    what,
    unit: "events/s",
    ours: samples.indexed,
    peer: { name: "required", samples: samples.indexed.map(() => leastPerSecond) },
    aim: { atLeast: 1 },
  });
  report.add({
    what: "the same",
    unit: "events/s",
    ours: samples.indexed,
    peer: { name: "without the index", samples: samples.oneByOne },
    aim: { atLeast: 1 },
  });
  console.error(
    `  median ${median(samples.indexed).toFixed(0)} events/s, ${samples.indexed.map((each) => each.toFixed(0)).join(" ")}`,
  );
};

const eventAt = (events: readonly SecurityEvent[], at: number): SecurityEvent => {
  const event = events[at % events.length];
  if (event === undefined) throw new Error("there are no events");
  return event;
};

/** By the time of the processor, so that what else runs on the machine does not count. */
const perSecond = (count: number, match: (at: number) => number): number => {
  const before = process.cpuUsage();
  let matches = 0;
  for (let at = 0; at < count; at += 1) matches += match(at);
  if (matches === 0) throw new Error("nothing matched");
  const { user, system } = process.cpuUsage(before);
  return (count / (user + system)) * 1_000_000;
};

/** Every rule that is for such events is evaluated. */
const oneByOne = (rules: readonly SigmaRule[], event: SecurityEvent): readonly number[] => {
  const view = new EventView(event, fieldPaths);
  const known = knownLogsource(view);
  return rules.flatMap(({ logsource, detection }, at) =>
    fits(logsource, known) && detection.matches(view) ? [at] : [],
  );
};

/** What is fast has to be right. */
const compare = (
  rules: readonly SigmaRule[],
  index: DetectionIndex<number>,
  events: readonly SecurityEvent[],
): void => {
  for (let at = 0; at < compared; at += 1) {
    const event = eventAt(events, at);
    const found = index.match(event).map(({ value }) => value);
    if (found.join() !== oneByOne(rules, event).join()) throw new Error(`the index finds other rules for ${event.id}`);
  }
};

const eventOf = (id: string, data: EventData): SecurityEvent => ({ id, source: "bench", kind: "process", data });

const made = Array.from({ length: 1_000 }, (_, at) => eventOf(`e-${at}`, processEvent(at)));
