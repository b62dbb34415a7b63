import assert from "node:assert/strict";
import { EventStatistics } from "../../../../src/control/doors/intake/event-statistics.ts";
import { EventCollector } from "../../../../src/control/doors/syslog/event-collector.ts";
import { defaultSyslogLimits } from "../../../../src/control/doors/syslog/limits.ts";
import type { SecurityEvent } from "../../../../src/engines/events/index.ts";
import { CapturedLog } from "../../../support/captured-log.ts";
import { ManualClock } from "../../../support/manual-clock.ts";

describe("events that wait to be stored together", () => {
  it("are no more in one call than a store takes, however much JSON makes of their messages", async () => {
    const calls: (readonly SecurityEvent[])[] = [];
    const collector = new EventCollector({
      sink: {
        accept: (events) => {
          calls.push(events);
          return Promise.resolve({ results: [] });
        },
      },
      statistics: new EventStatistics(),
      limits: defaultSyslogLimits,
      clock: new ManualClock(),
      log: new CapturedLog().logger,
    });
    // JSON writes each of these characters with six.
    const message = "\u0001".repeat(10_000);
    for (let n = 0; n < 500; n += 1) {
      const event = { id: String(n), source: "fw", kind: "syslog", data: { message } };
      collector.add({ event, transport: "tcp", bytes: message.length });
    }
    await collector.close(Promise.resolve());
    assert.deepEqual(
      calls.flat().map(({ id }) => id),
      Array.from({ length: 500 }, (_, n) => String(n)),
    );
    const largest = Math.max(...calls.map((events) => JSON.stringify(events).length));
    assert.ok(largest <= 6 * 1024 * 1024, `${largest} characters in one call`);
  });
});
