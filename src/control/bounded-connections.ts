import type { Socket } from "node:net";

/** The peer of a connection, as grpc-js names it to a call; undefined: it has gone already. */
export const peerOf = ({ remoteAddress, remotePort }: Socket): string | undefined =>
  remoteAddress === undefined || remotePort === undefined ? undefined : `${remoteAddress}:${remotePort}`;

/**
 * Connections whose peers have not shown who they are. Who shows nothing can open many and leave them open: beyond the bound the oldest is
 * ended for the newest, so that somebody with work to do always gets in.
 */
export class BoundedConnections {
  readonly #most: number;
  readonly #onEnded: () => void;
  /** By peer, the oldest first. */
  readonly #sockets = new Map<string, Socket>();

  /** @param onEnded told of each that was ended for another one */
  constructor(most: number, onEnded: () => void) {
    this.#most = most;
    this.#onEnded = onEnded;
  }

  add(socket: Socket): void {
    const peer = peerOf(socket);
    if (peer === undefined) return;
    this.#sockets.set(peer, socket);
    socket.once("close", () => {
      if (this.#sockets.get(peer) === socket) this.#sockets.delete(peer);
    });
    if (this.#sockets.size > this.#most) this.#endOldest();
  }

  /** The peer has shown who it is: the bound is not for it any more. */
  exempt(peer: string | undefined): void {
    if (peer !== undefined) this.#sockets.delete(peer);
  }

  endAll(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }

  #endOldest(): void {
    for (const [peer, socket] of this.#sockets) {
      this.#sockets.delete(peer);
      this.#onEnded();
      socket.destroy();
      return;
    }
  }
}
