import assert from "node:assert/strict";
import { eventBatches, type ReportedEvent } from "../../../src/client/index.ts";
import { eventService } from "../../../src/wire/index.ts";

const events = (count: number, chars: number): ReportedEvent[] =>
  Array.from({ length: count }, (_, at) => ({ id: `e${at}`, kind: "mining", data: { text: "x".repeat(chars) } }));

const sizes = async (list: readonly ReportedEvent[]): Promise<readonly number[]> => {
  const found: number[] = [];
  for await (const batch of eventBatches(list)) {
    found.push(batch.length);
    const bytes = eventService.reportEvents.request.encode({ events: [...batch] }).length;
    assert.ok(bytes <= 1024 * 1024, `a message of ${bytes} bytes`);
  }
  return found;
};

describe("batches of events", () => {
  it("fit into one message, by their number and by their bytes, and leave none out", async () => {
    assert.deepEqual(await sizes(events(1_001, 10)), [500, 500, 1]);
    assert.deepEqual(await sizes([]), []);
    const large = await sizes(events(40, 63 * 1024));
    assert.equal(
      large.reduce((sum, size) => sum + size, 0),
      40,
    );
    assert.ok(large.length >= 3);
  });
});
