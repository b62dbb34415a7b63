import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { built } from "../../support/built.ts";
import { action, playbookOf } from "../../support/cacao/playbook-source.ts";
import { CliCluster } from "../../support/cli-cluster.ts";
import { tempDir } from "../../support/temp-dir.ts";
import { until } from "../../support/until.ts";

interface ShownRun {
  readonly id: string;
  readonly state: string;
  readonly binding?: string;
  readonly question?: { readonly steps: readonly number[] };
  readonly output?: Readonly<Record<string, string>>;
}

const bindings = `id: isolate-on-beacon
when: { kinds: [beacon] }
run: [isolate]
variables: { __host__: { field: host } }
`;

/** Looks the host up, asks somebody who does not answer in time, then somebody who does, and isolates it. */
const isolate = (port: number): object =>
  playbookOf("Isolate a host", {
    variables: {
      __host__: { external: true },
      __owner__: null,
      __ticket__: { type: "integer", value: null },
      __called__: { type: "bool", value: "true" },
    },
    agents: {
      agent: { type: "http-api", address: { ipv4: ["127.0.0.1"] }, port: String(port) },
      soc: { type: "individual" },
    },
    steps: {
      look: action("hosts/__host__:value", { out_args: ["__owner__"], on_completion: "call" }),
      call: action(
        "Call __owner__:value",
        { agent: "soc", timeout: 300, out_args: ["__called__"], on_success: "end", on_failure: "ticket" },
        "manual",
      ),
      ticket: action(
        "Open a ticket for __owner__:value",
        { agent: "soc", in_args: ["__host__"], out_args: ["__ticket__"], on_completion: "isolate" },
        "manual",
      ),
      isolate: {
        type: "action",
        commands: [
          {
            type: "http-api",
            command: "POST /isolate HTTP/1.1",
            headers: { "content-type": ["application/json"] },
            content: '{"host": "__host__:value", "ticket": "__ticket__:value"}',
          },
        ],
      },
    },
  });

describe("an event that a CACAO playbook answers, on a real node", function () {
  this.timeout(60_000);
  const folder = tempDir("cacao-event");
  const seen: { request: string; type: IncomingHttpHeaders["content-type"]; body: string }[] = [];
  const site = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      seen.push({ request: `${request.method} ${request.url}`, type: request.headers["content-type"], body });
      response.end('{"owner": "ada"}');
    });
  });
  let cluster: CliCluster;

  before(async () => {
    await built();
    await new Promise<void>((resolve) => site.listen(0, "127.0.0.1", resolve));
    const { port } = site.address() as AddressInfo;
    for (const name of ["playbooks", "rules"]) mkdirSync(join(folder.path, name));
    writeFileSync(join(folder.path, "playbooks", "isolate.json"), JSON.stringify(isolate(port)));
    writeFileSync(join(folder.path, "rules", "bindings.yml"), bindings);
    const config = join(folder.path, "config.yaml");
    const respond = { playbooks: ["playbooks"], rules: ["rules"], egress: [`127.0.0.1:${port}`], leaseMs: 1_000 };
    writeFileSync(config, JSON.stringify({ respond: { ...respond, pool: { spare: 1, max: 2, warmThreads: 1 } } }));
    cluster = new CliCluster(join(folder.path, "cluster"));
    await cluster.start("node-1", "--config", config);
  });
  after(async () => {
    await cluster.close();
    site.close();
    folder.remove();
  });

  it("takes variables from the event, asks, goes on after the timeout, and acts with what it was answered", async () => {
    const event = '{"source":"edr","id":"e1","kind":"beacon","data":{"host":"pc-7\\"x"}}';
    const file = join(folder.path, "event.json");
    writeFileSync(file, event);
    const sent = await cluster.run("event", "send", file);
    assert.equal(sent.code, 0, sent.stderr);
    let run: ShownRun | undefined;
    await until(
      async () => {
        const [listed] = (await cluster.json("run", "list")) as unknown as readonly ShownRun[];
        run = listed;
        return listed?.state === "waiting" && (await shown(listed.id)).includes("Open a ticket for ada");
      },
      () => ({ run, seen }),
      30_000,
    );
    const id = run?.id ?? "";
    const [asking] = (await cluster.json("run", "show", id)) as unknown as readonly ShownRun[];
    assert.equal(asking?.binding, "isolate-on-beacon");
    assert.match(await shown(id), /^ *__host__ = pc-7"x$/m);
    const [step] = asking?.question?.steps ?? [];
    const answered = await cluster.run("run", "answer", id, "--step", String(step), "--set", "__ticket__=42");
    assert.equal(answered.code, 0, answered.stderr);
    const watched = await cluster.run("run", "watch", id);
    assert.equal(watched.code, 0, watched.stdout + watched.stderr);
    const [ended] = (await cluster.json("run", "show", id)) as unknown as readonly ShownRun[];
    assert.deepEqual(
      [ended?.output?.["__owner__"], ended?.output?.["__ticket__"], ended?.output?.["__called__"]],
      ["ada", "42", "true"],
      JSON.stringify(ended),
    );
    assert.deepEqual(seen, [
      { request: "GET /hosts/pc-7%22x", type: undefined, body: "" },
      { request: "POST /isolate", type: "application/json", body: '{"host": "pc-7\\"x", "ticket": 42}' },
    ]);
  });

  const shown = async (id: string): Promise<string> => (await cluster.run("run", "show", id)).stdout;
});
