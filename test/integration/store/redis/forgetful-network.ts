import { createServer, connect, type AddressInfo, type Server, type Socket } from "node:net";

/** A way to a server of this machine that can forget the connections it carries, as a router does: nobody is told. */
export class ForgetfulNetwork {
  readonly #server: Server;
  readonly #pairs = new Set<readonly [Socket, Socket]>();

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(port: number): Promise<ForgetfulNetwork> {
    const server = createServer();
    const network = new ForgetfulNetwork(server);
    server.on("connection", (near) => {
      const far = connect(port, "127.0.0.1");
      network.#pairs.add([near, far]);
      for (const socket of [near, far]) {
        socket.on("error", () => undefined).on("close", () => [near, far].forEach((each) => each.destroy()));
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Nothing passes any more on the connections that there are; new ones work. */
  forget(): void {
    for (const [near, far] of this.#pairs) {
      near.unpipe(far).pause();
      far.unpipe(near).pause();
    }
  }

  async stop(): Promise<void> {
    for (const sockets of this.#pairs) for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
