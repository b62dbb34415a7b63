import type { Socket } from "node:dgram";
import type { Endpoint } from "../../../wire/index.ts";
import type { Refusals } from "../../access/refusals.ts";
import { bindUdp } from "../../bind-udp.ts";
import type { EventStatistics } from "../intake/event-statistics.ts";
import { kernelDrops } from "./kernel-drops.ts";
import type { SyslogLimits } from "./limits.ts";
import type { MessageIntake } from "./message-intake.ts";
import { plainAddress, type Senders } from "./senders.ts";

export interface UdpListenerSetup {
  readonly senders: Senders;
  readonly intake: MessageIntake;
  readonly statistics: EventStatistics;
  readonly refusals: Refusals;
  readonly limits: Pick<SyslogLimits, "messageBytes" | "receiveBufferBytes">;
}

/** An open port for syslog over UDP. Nobody can be told to wait here: what is too much is dropped, and counted by why. */
export interface UdpListener {
  readonly endpoint: Endpoint;
  close(): Promise<void>;
}

/** @throws ControlError `listen-failed` */
export const openUdpListener = async (at: Endpoint, setup: UdpListenerSetup): Promise<UdpListener> => {
  const { statistics, limits } = setup;
  const socket = await bindUdp(at, limits.receiveBufferBytes);
  const endpoint = { host: at.host, port: socket.address().port };
  let dropped = kernelDrops(endpoint) ?? 0;
  const countDropped = (): void => {
    const now = kernelDrops(endpoint) ?? dropped;
    statistics.count("udp", "lost-in-kernel", now - dropped);
    dropped = now;
  };
  const forget = statistics.beforeRead(countDropped);
  serve(socket, setup);
  return {
    endpoint,
    close: async () => {
      countDropped();
      forget();
      await new Promise<void>((resolve) => socket.close(resolve));
    },
  };
};

const serve = (socket: Socket, { senders, intake, statistics, refusals, limits }: UdpListenerSetup): void => {
  socket.on("message", (message, { address }) => {
    const plain = plainAddress(address);
    if (!senders.isAllowed(plain)) return refusals.count("syslog", "unknown-source");
    const sender = senders.of(plain);
    if (message.length > limits.messageBytes) return statistics.count("udp", "too-large");
    if (sender.gate?.pass() === false) return statistics.count("udp", "too-fast");
    if (!intake.hasRoom) return statistics.count("udp", "full");
    intake.take(message, plain, sender, "udp");
  });
  // Such as what the machine tells of a peer that is gone: nothing is sent here, and the socket goes on.
  socket.on("error", () => undefined);
};
