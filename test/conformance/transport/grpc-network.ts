import { Server, ServerCredentials } from "@grpc/grpc-js";
import { systemClock } from "../../../src/base/clock.ts";
import { GrpcTransport } from "../../../src/cluster/index.ts";
import { mostFrameBytes } from "../../../src/wire/index.ts";
import { freePort } from "../../support/free-port.ts";
import type { TransportNetwork } from "./adapter.ts";

/** Nodes on loopback, each with a server of its own. */
export const grpcNetwork = (): TransportNetwork => {
  const nodes: { readonly server: Server; readonly transport: GrpcTransport }[] = [];
  return {
    async join() {
      const transport = new GrpcTransport({ clock: systemClock, token: () => "token" });
      const server = new Server({ "grpc.max_receive_message_length": mostFrameBytes, "grpc.enable_channelz": 0 });
      transport.serve(server);
      nodes.push({ server, transport });
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
          if (error === null) resolve(bound);
          else reject(error);
        });
      });
      return { transport, address: `127.0.0.1:${port}` };
    },
    nowhere: async () => `127.0.0.1:${await freePort()}`,
    async close() {
      await Promise.all(nodes.map(({ transport }) => transport.close()));
      for (const { server } of nodes) server.forceShutdown();
    },
  };
};
