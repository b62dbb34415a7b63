import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { TestAuthority } from "../../support/certificates.ts";
import { freePort } from "../../support/free-port.ts";
import { ProxyNet } from "../../support/network/proxy-net.ts";
import { TcpProxy } from "../../support/network/tcp-proxy.ts";
import { RedisServer } from "../../support/redis-server.ts";
import { tempDir } from "../../support/temp-dir.ts";

/** Sections of a config by their names. */
export type ConfigSections = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export const clusterName = "garrison";

/** Everything that is there before the nodes of a fleet: the store, the proxies, certificates and configs. */
export interface FleetParts {
  readonly folder: ReturnType<typeof tempDir>;
  readonly ids: readonly string[];
  /** On which the nodes listen. */
  readonly ports: readonly number[];
  readonly httpPorts: readonly number[];
  readonly store: RedisServer;
  readonly net: ProxyNet;
  readonly toStore: readonly TcpProxy[];
  readonly authority: TestAuthority;
}

/** Starts the store and the proxies, and writes what the nodes read. */
export const prepareFleet = async (nodes: number, config: (node: number) => ConfigSections): Promise<FleetParts> => {
  const folder = tempDir("chaos-fleet");
  const { path } = folder;
  const ids = Array.from({ length: nodes }, (_, index) => `node-${index + 1}`);
  const [store, authority] = await Promise.all([
    RedisServer.start({ appendfsync: "always" }),
    TestAuthority.create(clusterName),
  ]);
  const some = new Set<number>();
  while (some.size < 2 * nodes) some.add(await freePort());
  const [ports, httpPorts] = [[...some].slice(0, nodes), [...some].slice(nodes)];
  const net = await ProxyNet.start(nodes, (node) => ports[node] ?? 0);
  const toStore = await Promise.all(ids.map(() => TcpProxy.start(() => store.port)));
  mkdirSync(join(path, "logs"));
  writeFileSync(join(path, "ca.pem"), authority.pair.cert);
  for (const [at, id] of ids.entries()) {
    const { cert, key } = await authority.issue(`garrison://${clusterName}/node/${id}`, { hosts: ["127.0.0.1"] });
    writeFileSync(join(path, `${id}.pem`), cert);
    writeFileSync(join(path, `${id}-key.pem`), key, { mode: 0o600 });
    writeFileSync(
      join(path, `${id}.yaml`),
      stringify(
        merged(
          {
            node: { id },
            cluster: { name: clusterName },
            store: { url: `redis://127.0.0.1:${toStore[at]?.port ?? 0}` },
            listen: { grpc: `127.0.0.1:${ports[at] ?? 0}`, http: `127.0.0.1:${httpPorts[at] ?? 0}` },
            tls: { ca: join(path, "ca.pem"), cert: join(path, `${id}.pem`), key: join(path, `${id}-key.pem`) },
            control: { tokenFile: join(path, "token", "operator-token") },
            scan: { scope: ["127.0.0.1"] },
            // All nodes are on one host, which has one proxy.
            guard: { proxy: false },
          },
          config(at),
        ),
      ),
    );
  }
  return { folder, ids, ports, httpPorts, store, net, toStore, authority };
};

const merged = (first: ConfigSections, more: ConfigSections): ConfigSections => ({
  ...first,
  ...Object.fromEntries(Object.entries(more).map(([name, section]) => [name, { ...first[name], ...section }])),
});
