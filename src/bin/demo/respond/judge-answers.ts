import type { ReportedEvent } from "../../../client/index.ts";
import { textTable } from "../../output/text/text-table.ts";
import { devices } from "./devices.ts";
import type { Answers } from "./follow-answers.ts";
import type { Incident } from "./incident.ts";

const outcomeOf = (state: string, reason: string | undefined): string =>
  reason === undefined ? state : `${state}: ${reason}`;

/** A row for each kind of event: how many there were, what became of them, and how their runs ended. */
export const answersTable = (reported: readonly ReportedEvent[], { events, runs }: Answers): string => {
  const rows = devices.map(({ kind }) => {
    const ofKind = events.filter(({ event }) => event.kind === kind);
    const keys = new Set(ofKind.map(({ key }) => key));
    const itsRuns = runs.filter(({ event }) => keys.has(event));
    const ends = new Map<string, number>();
    for (const { state, failure } of itsRuns) {
      const end = outcomeOf(state, failure?.reason);
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    return [
      kind,
      reported.filter((event) => event.kind === kind).length,
      ofKind.filter(({ state }) => state === "unmatched").length,
      ofKind.filter(({ suppressed }) => suppressed.length > 0).length,
      itsRuns.length,
      [...ends].map(([end, count]) => `${count} ${end}`).join(", "),
      itsRuns.reduce((sum, { steps }) => sum + steps.started, 0),
    ];
  });
  return textTable(["events of kind", "reported", "unmatched", "suppressed", "runs", "which ended", "steps"], rows);
};

/** What became of the incidents otherwise than it should have. */
export const faultsOf = (incidents: readonly Incident[], { events, runs }: Answers): readonly string[] => {
  const hostOfEvent = new Map(events.map(({ key, event }) => [key, event.data["host"]]));
  const byHost = new Map<unknown, string[]>();
  for (const { event, state, failure } of runs) {
    const host = hostOfEvent.get(event);
    byHost.set(host, [...(byHost.get(host) ?? []), outcomeOf(state, failure?.reason)]);
  }
  const expected = new Set(incidents.map(({ kind }) => kind));
  return [
    ...incidents.flatMap(({ host, end }) => {
      const ends = byHost.get(host) ?? [];
      const wanted = outcomeOf(end.state, end.reason);
      return ends.length === 1 && ends[0] === wanted ? [] : [`${host}: ${ends.join(", ")} instead of ${wanted}`];
    }),
    ...events
      .filter(({ state, event }) => state !== (expected.has(event.kind) ? "matched" : "unmatched"))
      .map(({ key, state }) => `${key} is ${state}`),
  ];
};
