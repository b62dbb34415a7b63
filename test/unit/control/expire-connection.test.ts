import assert from "node:assert/strict";
import { Socket } from "node:net";
import { expireConnection } from "../../../src/control/tls/expire-connection.ts";
import { ManualClock } from "../../support/manual-clock.ts";

describe("a connection whose certificate runs out", () => {
  it("is ended then, and not before", () => {
    const clock = new ManualClock();
    const socket = new Socket();
    expireConnection(socket, clock.wallMs() + 60_000, clock);
    clock.advance(59_999);
    assert.equal(socket.destroyed, false);
    clock.advance(1);
    assert.equal(socket.destroyed, true);
  });

  it("is ended at once when it has run out already", () => {
    const clock = new ManualClock();
    const socket = new Socket();
    expireConnection(socket, clock.wallMs(), clock);
    assert.equal(socket.destroyed, true);
  });

  it("leaves no timer behind when it ends before", async () => {
    const clock = new ManualClock();
    const socket = new Socket();
    expireConnection(socket, clock.wallMs() + 60_000, clock);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.destroy();
    await closed;
    assert.equal(clock.pending, 0);
  });
});
