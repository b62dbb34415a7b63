import type { Socket } from "node:net";
import { ServerCredentials, type Server } from "@grpc/grpc-js";
import { refuseCalls } from "./refuse-calls.ts";

type Injector = ReturnType<Server["createConnectionInjector"]>;

/** Hands connections to grpc-js: to be served, or to be told why not. */
export class Injectors {
  readonly #server: Server;
  readonly #serving: Injector;

  constructor(server: Server) {
    this.#server = server;
    this.#serving = server.createConnectionInjector(ServerCredentials.createInsecure());
  }

  take(socket: Socket): void {
    this.#serving.injectConnection(socket);
  }

  refuse(socket: Socket, { reason, message }: { readonly reason: string; readonly message: string }): void {
    // Its own, since the message is about this connection's certificate; it goes with the connection.
    const injector = this.#server.createConnectionInjector(refuseCalls(reason, message));
    injector.injectConnection(socket);
    socket.once("close", () => injector.destroy());
  }
}
