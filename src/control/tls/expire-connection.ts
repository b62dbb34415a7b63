import type { Socket } from "node:net";
import type { Clock, Timer } from "../../base/clock.ts";

/** Ends a connection when the certificate that opened it runs out: the peer comes back with its new one, or not at all. */
export const expireConnection = (socket: Socket, validUntilMs: number, clock: Clock): void => {
  let timer: Timer | undefined;
  // The clock shortens long delays, and the time of day may have been set meanwhile.
  const look = (): void => {
    const leftMs = validUntilMs - clock.wallMs();
    if (leftMs <= 0) socket.destroy();
    else timer = clock.after(leftMs, look, true);
  };
  look();
  socket.once("close", () => timer?.cancel());
};
