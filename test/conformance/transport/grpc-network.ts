import { Server, ServerCredentials } from "@grpc/grpc-js";
import { systemClock } from "../../../src/base/clock.ts";
import { GrpcTransport } from "../../../src/cluster/index.ts";
import { channelSecurity, type ClientTls } from "../../../src/client/index.ts";
import { fixedTls, mostFrameBytes } from "../../../src/wire/index.ts";
import type { TestAuthority } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import type { TransportNetwork } from "./adapter.ts";

const cluster = "test";

/** Whose certificate a node shows; its own, if that is not said. */
type Shown = (node: string) => string;

const securityOf = async (authority: TestAuthority, node: string) => {
  const material = await authority.material(`garrison://${cluster}/node/${node}`);
  const { cert, key } = material.identity ?? {};
  if (cert === undefined || key === undefined) throw new Error("no certificate was issued");
  const client: ClientTls = { source: fixedTls(material), cluster };
  return {
    security: (dialled: string) => channelSecurity(client, dialled),
    server: ServerCredentials.createSsl(material.ca, [{ cert_chain: cert, private_key: key }], true),
  };
};

/** Nodes on loopback, each with a server of its own; with an authority they use mutual TLS. */
export const grpcNetwork = (authority?: TestAuthority, shown: Shown = (node) => node): TransportNetwork => {
  const nodes: { readonly server: Server; readonly transport: GrpcTransport }[] = [];
  return {
    async join(node) {
      const tls = authority === undefined ? undefined : await securityOf(authority, shown(node));
      const transport = new GrpcTransport({ clock: systemClock, security: tls?.security, token: () => "token" });
      const server = new Server({ "grpc.max_receive_message_length": mostFrameBytes, "grpc.enable_channelz": 0 });
      transport.serve(server);
      nodes.push({ server, transport });
      const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", tls?.server ?? ServerCredentials.createInsecure(), (error, bound) => {
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
