import { createServer, type Socket } from "node:net";
import { Server, ServerInterceptingCall, type ServerInterceptor } from "@grpc/grpc-js";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Tracing } from "../../../base/tracing.ts";
import type { Logger } from "../../../kernel/index.ts";
import type { CallOrigin } from "../../access/judge-call.ts";
import type { Refusals } from "../../access/refusals.ts";
import type { CallStatistics } from "../../calls/call-observer.ts";
import { unauditedCalls } from "../../calls/unaudited-calls.ts";
import { CallOrigins } from "../../calls/call-origins.ts";
import { CallServer } from "../../calls/call-server.ts";
import { Injectors } from "../../grpc/injectors.ts";
import { relayDoorLimits as limits } from "./limits.ts";
import { serveRelay, type RelayCallsDesk } from "./relay-calls.ts";
import { listenOnSocket, type SocketFile } from "./socket-file.ts";

export interface RelayDoorSetup {
  /** Absolute path of the unix socket. */
  readonly socket: string;
  readonly desk: RelayCallsDesk;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  readonly tracing: Tracing;
  readonly refusals: Refusals;
  readonly statistics: CallStatistics;
}

/** The socket on which the relay of a host serves its detectors. */
export interface RelayDoor {
  /** Ends its connections and removes the socket. Idempotent; never rejects. */
  close(): Promise<void>;
}

const serverOptions = {
  "grpc.max_receive_message_length": limits.requestBytes,
  "grpc.max_send_message_length": limits.answerBytes,
  "grpc.max_concurrent_streams": limits.callsPerConnection,
  // A detector that is frozen is let go of; its heartbeats have failed by then.
  "grpc.keepalive_time_ms": 20_000,
  "grpc.keepalive_timeout_ms": 10_000,
  "grpc.enable_channelz": 0,
} as const;

/** Who could open the socket may make every call of it. */
const detector: CallOrigin = { caller: { name: "detector", role: "viewer", by: "socket" }, through: "" };

const letIn =
  (origins: CallOrigins): ServerInterceptor =>
  (_method, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            origins.note(metadata, detector);
            pass(metadata);
          },
        }),
    });

/**
 * Opens the door of a relay: `RelayService` on a unix socket of mode 0600 in a folder of mode 0700. There is no other credential.
 *
 * @returns undefined: another relay answers on the socket
 * @throws ControlError `socket-unsafe`, `listen-failed`
 */
export const startRelayDoor = async (setup: RelayDoorSetup): Promise<RelayDoor | undefined> => {
  const { socket: path, desk, clock, random, log, tracing, refusals, statistics } = setup;
  const origins = new CallOrigins();
  const server = new Server({ ...serverOptions, interceptors: [letIn(origins)] });
  const observer = unauditedCalls({ log, clock, statistics });
  const calls = new CallServer({ server, clock, observer, origins, refusals, tracing, maxStreams: limits.streams });
  serveRelay(calls, desk);
  const injectors = new Injectors(server);
  const sockets = new Set<Socket>();
  const listener = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // The peer may be gone at any time: "close" follows.
    socket.on("error", () => undefined);
    injectors.take(socket);
  });
  listener.maxConnections = limits.connections;
  listener.on("drop", () => refusals.count("relay", "too-many-connections"));
  let file: SocketFile | undefined;
  try {
    file = await listenOnSocket(listener, path, `.${random.id().slice(0, 8)}`, clock);
  } finally {
    if (file === undefined) server.forceShutdown();
  }
  if (file === undefined) return undefined;
  const opened = file;
  const close = async (): Promise<void> => {
    await opened.remove();
    const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
    calls.endStreams();
    await new Promise<void>((resolve) => {
      const timer = clock.after(limits.graceMs, resolve);
      server.tryShutdown(() => {
        timer.cancel();
        resolve();
      });
    });
    for (const socket of sockets) socket.destroy();
    server.forceShutdown();
    await closed;
  };
  let closing: Promise<void> | undefined;
  return { close: () => (closing ??= close()) };
};
