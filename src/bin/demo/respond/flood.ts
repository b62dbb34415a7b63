import type { Random } from "../../../base/random.ts";
import type { ReportedEvent } from "../../../client/index.ts";
import { devices } from "./devices.ts";
import { hostOf } from "./incident.ts";

/**
 * What all devices report, in an order that the randomness decides.
 * @param source name that no earlier flood into the same store had
 * @param api address of the console that takes orders about their hosts
 */
export const floodOf = (source: string, api: string, random: Random): readonly ReportedEvent[] => {
  const events = devices.flatMap((device) =>
    Array.from({ length: device.events }, (_, at): ReportedEvent => {
      const data = { ...device.data, host: hostOf(device, at), api };
      return { id: `${device.kind}-${at}`, source, kind: device.kind, data };
    }),
  );
  return events
    .map((event) => ({ event, place: random.next() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ event }) => event);
};
