import type { EventData, Logsource, SecurityEvent } from "../../../src/engines/events/index.ts";

/** An event with this data, from anywhere unless said. */
export const eventOf = (data: EventData, logsource?: Logsource): SecurityEvent => ({
  id: "e-1",
  source: "test",
  kind: "test",
  ...(logsource === undefined ? {} : { logsource }),
  data,
});
