import assert from "node:assert/strict";
import { systemClock } from "../../../src/base/clock.ts";
import { ClientError } from "../../../src/client/errors.ts";
import { Connection } from "../../../src/client/connection.ts";
import { controlService, detectionService } from "../../../src/wire/index.ts";

describe("client/connection that is closed", () => {
  const closed = (): Connection => {
    const connection = new Connection({ address: "127.0.0.1:1", clock: systemClock });
    connection.close();
    return connection;
  };
  const isCancelled = (error: unknown): boolean => error instanceof ClientError && error.code === "cancelled";
  const sha256 = "0".repeat(64);
  async function* nothing(): AsyncGenerator<never> {
    yield* await Promise.resolve([]);
  }

  it("refuses a call as cancelled", async () => {
    await assert.rejects(closed().call(controlService.listMembers, {}), isCancelled);
  });

  it("refuses an upload as cancelled", async () => {
    await assert.rejects(closed().upload(detectionService.submitSample, nothing()), isCancelled);
  });

  it("refuses a stream as cancelled", async () => {
    await assert.rejects(closed().stream(detectionService.watchVerdict, { sha256 }).next(), isCancelled);
  });

  it("refuses an exchange as cancelled", async () => {
    await assert.rejects(closed().exchange(detectionService.streamDigests, nothing()).next(), isCancelled);
  });
});
