import type { EventView } from "../../actors/respond/index.ts";
import { causingEvents, type SecurityEvent } from "../../engines/events/index.ts";
import type { EventRecord, ReportedEvent } from "../../wire/index.ts";

const eventMessage = ({ id, source, kind, occurredAtMs, logsource, data }: SecurityEvent): ReportedEvent => ({
  ...{ id, source, kind },
  ...(logsource === undefined ? {} : { logsource }),
  ...(occurredAtMs === undefined ? {} : { occurredAtMs: Math.round(occurredAtMs) }),
  data,
});

/** An event and what became of it, as it is sent. */
export const eventRecordMessage = (view: EventView): EventRecord => ({
  key: view.key,
  state: view.state,
  event: eventMessage(view.event),
  receivedAtMs: Math.round(view.receivedAtMs),
  ...(view.decidedAtMs === undefined ? {} : { decidedAtMs: Math.round(view.decidedAtMs) }),
  ...(view.catalog === undefined ? {} : { catalog: view.catalog }),
  runs: [...view.runs],
  suppressed: [...view.suppressed],
  cause: [...causingEvents(view.event)],
});
