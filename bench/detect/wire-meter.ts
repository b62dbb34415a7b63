import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { Socket } from "node:net";

const channel = "net.server.socket";

/** Counts the bytes that cross the connections of a TCP server of this process, both ways, from its creation on. */
export class WireMeter {
  readonly #port: number;
  readonly #sockets: Socket[] = [];

  /** @param address of the server, HOST:PORT */
  constructor(address: string) {
    this.#port = Number(new URL(`http://${address}`).port);
    subscribe(channel, this.#note);
  }

  get bytes(): number {
    return this.#sockets.reduce((sum, { bytesRead, bytesWritten }) => sum + bytesRead + bytesWritten, 0);
  }

  close(): void {
    unsubscribe(channel, this.#note);
  }

  readonly #note = (message: unknown): void => {
    if (typeof message !== "object" || message === null || !("socket" in message)) return;
    const { socket } = message;
    if (socket instanceof Socket && socket.localPort === this.#port) this.#sockets.push(socket);
  };
}
