import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { exitCodes } from "../../src/bin/process/exit-codes.ts";
import { loadConfig, type Config } from "../../src/config/index.ts";
import { inRepository } from "../support/built.ts";
import { tempDir } from "../support/temp-dir.ts";

interface Port {
  readonly name?: string;
  readonly port?: number | string;
  readonly targetPort?: string;
  readonly containerPort?: number;
}
interface Probe {
  readonly httpGet: { readonly path: string; readonly port: string; readonly scheme: string };
}
interface Variable {
  readonly name: string;
  readonly value?: string;
}
interface Labelled {
  readonly matchLabels: Readonly<Record<string, string>>;
}
interface PodTemplate {
  readonly metadata: { readonly labels: Readonly<Record<string, string>> };
  readonly spec: {
    readonly terminationGracePeriodSeconds: number;
    readonly securityContext: { readonly runAsNonRoot: boolean };
    readonly containers: readonly {
      readonly env: readonly Variable[];
      readonly ports: readonly Port[];
      readonly startupProbe: Probe;
      readonly livenessProbe: Probe;
      readonly readinessProbe: Probe;
      readonly volumeMounts: readonly { readonly name: string }[];
    }[];
    readonly volumes: readonly { readonly name: string }[];
  };
}
interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly serviceName: string;
    readonly selector: Labelled & Readonly<Record<string, string>>;
    readonly template: PodTemplate;
    readonly ports: readonly Port[];
    readonly podSelector: Labelled;
    readonly maxUnavailable: number;
    readonly ingress: readonly { readonly ports: readonly Port[] }[];
  };
}
interface Compose {
  readonly services: Readonly<
    Record<string, { readonly environment?: Readonly<Record<string, string>>; readonly networks: readonly string[] }>
  >;
}

/** A node ends within this time of SIGTERM. */
const endSeconds = 20;
const text = (path: string): string => readFileSync(inRepository(join("deploy", path)), "utf8");
const manifest = (name: string): Manifest => {
  const [document, ...more] = parseAllDocuments(text(`kubernetes/${name}.yaml`));
  assert.deepEqual([document?.errors, more.length], [[], 0]);
  return document?.toJS() as Manifest;
};
/** What must be the same on all nodes, or they refuse each other. */
const agreed = ({ cluster, scan, store }: Config): unknown => ({ cluster, scan, url: store.url });

describe("deploy/", () => {
  const folder = tempDir("deploy");
  after(() => folder.remove());

  /** A config as a node of an image reads it: the file, and the environment of its own. */
  const configOf = (name: string, file: string, env: Readonly<Record<string, string>>): Config => {
    mkdirSync(folder.path, { recursive: true });
    const path = join(folder.path, name);
    writeFileSync(path, file);
    return loadConfig({ file: path, env }).config;
  };

  it("cluster: three configs that are valid, agree, and share no port or certificate", () => {
    const configs = ["node-1", "node-2", "node-3"].map(
      (id) => loadConfig({ file: inRepository(`deploy/cluster/${id}.yaml`), env: {} }).config,
    );
    assert.deepEqual(
      configs.map(({ node }) => node.id),
      ["node-1", "node-2", "node-3"],
    );
    for (const config of configs) assert.deepEqual(agreed(config), agreed(configs[0] as Config));
    const own = configs.flatMap(({ listen, tls, control }) => [listen.grpc, listen.http, tls.cert, control.tokenFile]);
    assert.equal(new Set(own).size, own.length, own.join(" "));
    assert.match(text("cluster/redis.conf"), /^appendonly yes\nappendfsync always\n/m);
    assert.match(text("cluster/redis.conf"), /^maxmemory-policy noeviction$/m);
  });

  it("compose: each node's config is valid and its own, and Redis is in a network without a way out", () => {
    const { services, ...compose } = parse(text("docker/compose.yaml"), { merge: true }) as Compose & {
      readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
    };
    const nodes = Object.entries(services).filter(([name]) => name !== "redis");
    assert.equal(nodes.length, 3);
    for (const [name, { environment = {} }] of nodes) {
      const own = Object.fromEntries(Object.entries(environment).filter(([key]) => key.includes("__")));
      const { node, listen, tls } = configOf(name, text("docker/garrison.yaml"), own);
      assert.deepEqual([node.id, listen.advertise], [name, `${name}:7443`]);
      assert.equal(tls.key, `/etc/garrison/certificates/${name}-key.pem`);
      assert.equal(environment["GARRISON_HEALTH_URL"], `https://localhost:${listen.http.split(":")[1] ?? ""}/healthz`);
    }
    assert.deepEqual(services["redis"]?.networks, ["store"]);
    assert.equal(compose.networks["store"]?.internal, true);
  });

  it("image: copies only what is there, does not run as root, and has a check of its health", () => {
    const lines = text("docker/Dockerfile").split("\n");
    const stages = lines.flatMap((line, index) => (line.startsWith("FROM ") ? [index] : []));
    const last = lines.slice(stages.at(-1));
    assert.equal(stages.length, 2);
    assert.ok(last.includes("USER node"));
    assert.ok(last.some((line) => line.startsWith("HEALTHCHECK ")));
    const made = ["dist", "gen", "node_modules"];
    for (const line of last.filter((each) => each.startsWith("COPY "))) {
      const [from = ""] = line.split(" ").filter((word) => word !== "COPY" && !word.startsWith("--"));
      const path = from.replace("/build/", "");
      assert.ok(made.includes(path) || existsSync(inRepository(path)), `${path} is not there`);
    }
    const kept = text("docker/Dockerfile.dockerignore")
      .split("\n")
      .filter((line) => line.startsWith("!"));
    for (const line of kept.filter((each) => !each.includes("*")))
      assert.ok(existsSync(inRepository(line.slice(1))), line);
  });

  it("kubernetes: names, ports, probes and mounts fit each other and the config that the nodes read", () => {
    const set = manifest("stateful-set");
    const service = manifest("service");
    const { template } = set.spec;
    const [node] = template.spec.containers;
    assert.ok(node !== undefined);
    const variables = Object.fromEntries(
      node.env.map(({ name, value = "garrison-0" }) => [name, value.replaceAll("$(GARRISON_NODE__ID)", "garrison-0")]),
    );
    const config = configOf("kubernetes", manifest("config").data["garrison.yaml"] ?? "", variables);
    assert.deepEqual(
      [config.node.id, config.listen.advertise],
      ["garrison-0", `garrison-0.${service.metadata.name}:7443`],
    );
    assert.equal(set.spec.serviceName, service.metadata.name);

    const portOf = (address: string): number => Number(address.split(":").at(-1));
    const ports = new Map(node.ports.map(({ name, containerPort }) => [name, containerPort]));
    assert.deepEqual(
      [...ports],
      [
        ["grpc", portOf(config.listen.grpc)],
        ["http", portOf(config.listen.http)],
      ],
    );
    for (const { targetPort, port } of service.spec.ports) assert.equal(ports.get(targetPort), port);
    for (const { ports: allowed } of manifest("network-policy").spec.ingress) {
      for (const { port } of allowed) assert.ok(ports.has(String(port)), `there is no port ${String(port)}`);
    }
    const probes = [node.startupProbe, node.livenessProbe, node.readinessProbe].map(({ httpGet }) => httpGet);
    assert.deepEqual(
      probes,
      ["/healthz", "/healthz", "/readyz"].map((path) => ({ path, port: "http", scheme: "HTTPS" })),
    );

    const { labels } = template.metadata;
    const selectors = [
      set.spec.selector.matchLabels,
      service.spec.selector,
      manifest("disruption-budget").spec.selector.matchLabels,
      manifest("network-policy").spec.podSelector.matchLabels,
    ];
    for (const selector of selectors) assert.deepEqual(selector, labels);
    const volumes = new Set(template.spec.volumes.map(({ name }) => name));
    for (const { name } of node.volumeMounts) assert.ok(volumes.has(name), `there is no volume ${name}`);
    assert.ok(template.spec.securityContext.runAsNonRoot);
    assert.ok(template.spec.terminationGracePeriodSeconds > endSeconds + 5);
  });

  it("systemd: starts a node again that was declared dead, not one whose config is wrong, and waits for its end", () => {
    const unit = new Map(
      text("systemd/garrison-node.service")
        .split("\n")
        .flatMap((line) => {
          const at = line.indexOf("=");
          return at === -1 || line.startsWith("#") ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
        }),
    );
    assert.equal(unit.get("Restart"), "on-failure");
    assert.equal(unit.get("RestartForceExitStatus"), String(exitCodes.lost));
    assert.equal(unit.get("RestartPreventExitStatus"), String(exitCodes.usage));
    assert.ok(Number(unit.get("TimeoutStopSec")) > endSeconds + 5);
    assert.match(unit.get("ExecStart") ?? "", / node --config \/etc\/garrison\/garrison\.yaml$/);
  });
});
