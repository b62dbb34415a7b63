import { Counter, Gauge, type Registry } from "prom-client";
import type { Remote } from "../../cluster/index.ts";

/** What is counted of a node's links and of the messages over them. */
export type RemoteView = Pick<Remote, "links" | "linkCounts" | "counts">;

/** Metrics of the links to other nodes and of what actors send over them. @returns brings them up to date */
export const remoteMetrics = (registry: Registry, remote: RemoteView): (() => void) => {
  const updates = [linkStates(registry, remote), linkTraffic(registry, remote), messages(registry, remote)];
  return () => {
    for (const update of updates) update();
  };
};

const linkStates = (registry: Registry, remote: RemoteView): (() => void) => {
  const perPeer = (name: string, help: string): Gauge<"peer"> =>
    new Gauge({ name, help, labelNames: ["peer"], registers: [registry] });
  const up = perPeer("garrison_link_up", "1: the other node has said welcome on this node's link to it");
  const silent = perPeer("garrison_link_silent_seconds", "Since anything came back over the link");
  const envelopes = perPeer("garrison_link_outbox_envelopes", "Envelopes that the other node has not acknowledged");
  const bytes = perPeer("garrison_link_outbox_bytes", "Bytes that the other node has not acknowledged");
  return () => {
    for (const gauge of [up, silent, envelopes, bytes]) gauge.reset();
    for (const { node: peer, state, silentMs, outboxEnvelopes, outboxBytes } of remote.links()) {
      up.set({ peer }, state === "up" ? 1 : 0);
      silent.set({ peer }, silentMs / 1_000);
      envelopes.set({ peer }, outboxEnvelopes);
      bytes.set({ peer }, outboxBytes);
    }
  };
};

const linkTraffic = (registry: Registry, remote: RemoteView): (() => void) => {
  const registers = [registry];
  const connections = new Counter({
    name: "garrison_link_connections_total",
    help: "Connections of links that were welcomed, by who opened them",
    labelNames: ["direction"],
    registers,
  });
  const frames = new Counter({
    name: "garrison_link_frames_total",
    help: "Frames of envelopes",
    labelNames: ["direction"],
    registers,
  });
  const bytes = new Counter({
    name: "garrison_link_bytes_total",
    help: "Bytes of these frames",
    labelNames: ["direction"],
    registers,
  });
  const dropped = new Counter({
    name: "garrison_link_envelopes_dropped_total",
    help: "Envelopes that went no further, by why: no room in the outbox, handled before, left when their node ended",
    labelNames: ["reason"],
    registers,
  });
  const refused = new Counter({
    name: "garrison_link_refused_total",
    help: "Connections that one side refused or ended, by which and why",
    labelNames: ["by", "reason"],
    registers,
  });
  const failures = new Counter({
    name: "garrison_link_failures_total",
    help: "Connections that broke off or never began, by why",
    labelNames: ["reason"],
    registers,
  });
  return () => {
    for (const counter of [connections, frames, bytes, dropped, refused, failures]) counter.reset();
    const counts = remote.linkCounts();
    connections.inc({ direction: "out" }, counts.connected);
    connections.inc({ direction: "in" }, counts.accepted);
    frames.inc({ direction: "out" }, counts.sentFrames);
    frames.inc({ direction: "in" }, counts.receivedFrames);
    bytes.inc({ direction: "out" }, counts.sentBytes);
    bytes.inc({ direction: "in" }, counts.receivedBytes);
    dropped.inc({ reason: "full" }, counts.full);
    dropped.inc({ reason: "duplicate" }, counts.duplicates);
    dropped.inc({ reason: "undelivered" }, counts.undelivered);
    for (const [reason, count] of Object.entries(counts.refusedByUs)) refused.inc({ by: "self", reason }, count);
    for (const [reason, count] of Object.entries(counts.refusedByPeers)) refused.inc({ by: "peer", reason }, count);
    for (const [reason, count] of Object.entries(counts.failures)) failures.inc({ reason }, count);
  };
};

const messages = (registry: Registry, remote: RemoteView): (() => void) => {
  const registers = [registry];
  const envelopes = new Counter({
    name: "garrison_remote_envelopes_total",
    help: "What actors of this node and of others sent each other, by kind",
    labelNames: ["direction", "kind"],
    registers,
  });
  const refused = new Counter({
    name: "garrison_remote_refused_total",
    help: "Messages from and to other nodes that this node refused, by why",
    labelNames: ["reason"],
    registers,
  });
  const undeliverable = new Counter({
    name: "garrison_remote_unreachable_total",
    help: "Messages with no way to their node, or unacknowledged when it ended",
    registers,
  });
  const asks = new Gauge({
    name: "garrison_remote_asks",
    help: "Asks that wait here for other nodes (out), and here for actors of this one (in)",
    labelNames: ["direction"],
    registers,
  });
  const watches = new Gauge({
    name: "garrison_remote_watches",
    help: "Actors of other nodes watched here (out), and watches of others on actors of this one (in)",
    labelNames: ["direction"],
    registers,
  });
  return () => {
    for (const counter of [envelopes, refused, undeliverable]) counter.reset();
    const counts = remote.counts();
    for (const [kind, count] of Object.entries(counts.sent)) envelopes.inc({ direction: "out", kind }, count);
    for (const [kind, count] of Object.entries(counts.received)) envelopes.inc({ direction: "in", kind }, count);
    for (const [reason, count] of Object.entries(counts.refused)) refused.inc({ reason }, count);
    undeliverable.inc(counts.unreachable + counts.undelivered);
    asks.set({ direction: "out" }, counts.openAsks);
    asks.set({ direction: "in" }, counts.servedAsks);
    watches.set({ direction: "out" }, counts.watching);
    watches.set({ direction: "in" }, counts.watched);
  };
};
