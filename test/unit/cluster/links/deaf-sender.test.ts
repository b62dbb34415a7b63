import assert from "node:assert/strict";
import { InboundConnection } from "../../../../src/cluster/links/inbound-connection.ts";
import { InboundPeer } from "../../../../src/cluster/links/inbound-peer.ts";
import { linkCounters } from "../../../../src/cluster/links/link-counters.ts";
import { ByteReader, decodeReceiverFrame, probeFrame } from "../../../../src/wire/index.ts";
import { ManualClock } from "../../../support/manual-clock.ts";
import { batchFrame } from "./raw-sender.ts";

describe("links: a sender that reads nothing", () => {
  it("is sent no more than fits, and what was handled once it reads again", () => {
    const clock = new ManualClock();
    const sent: Uint8Array[] = [];
    const room = 3;
    let free = room;
    const connection = new InboundConnection({
      owner: {
        onHello: () => undefined,
        onEnvelope: () => undefined,
        onRefused: (_connection, reason, message) => assert.fail(`${reason}: ${message}`),
        onEnd: () => undefined,
      },
      channel: {
        send: (frame) => {
          sent.push(frame);
          free -= 1;
          return free > 0;
        },
        close: () => undefined,
      },
      peer: { certifiedNode: "a", from: "127.0.0.1:1" },
      incarnation: "first",
      windowBytes: 1_024,
      counters: linkCounters(),
      clock,
    });
    connection.welcome(new InboundPeer({ node: "a", incarnation: "first" }));
    for (let number = 1; number <= 1_000; number += 1) connection.onFrame(probeFrame(number));
    for (let number = 1; number <= 1_000; number += 1) connection.onFrame(batchFrame(number, [number]));
    clock.advance(1_000);
    assert.equal(sent.length, room);
    free = room;
    connection.onDrain();
    const last = decodeReceiverFrame(sent.at(-1) ?? new Uint8Array(), new ByteReader());
    assert.deepEqual([sent.length, last], [room + 1, { type: "ack", ack: { handled: 1_000, windowBytes: 1_024 } }]);
  });
});
