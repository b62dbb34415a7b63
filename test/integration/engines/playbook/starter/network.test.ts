import assert from "node:assert/strict";
import { failsWith, StarterBench, valueOf } from "./starter-bench.ts";

const address = "203.0.113.7";

describe("starter playbooks of CACAO for the network (SOAR-7)", () => {
  let bench: StarterBench;
  before(async () => {
    bench = await StarterBench.open();
  });
  beforeEach(() => bench.api.reset());
  after(() => bench.close());

  describe("block-address-approved", () => {
    const run = (people: Parameters<StarterBench["run"]>[2], blocked = address) =>
      bench.run("block-address-approved", { address: blocked, firewall_api: "firewall", chat_api: "chat" }, people);
    const approved = { "Ask for approval": { __approved__: true } };

    it("blocks what a person approves, and takes the block back after a day", async () => {
      const executed = run({ people: approved });
      assert.equal(valueOf(await executed.execute(), "approved"), "true");
      assert.deepEqual(bench.api.lines, [`PUT /firewall/blocks/${address}`, `DELETE /firewall/blocks/${address}`]);
      assert.deepEqual(executed.asked, [
        ["Ask for approval", `Shall ${address} be blocked for 24 hours? reported by a sensor`],
      ]);
      assert.equal(executed.time.nowMs, 86_400_000);
      assert.deepEqual(
        bench.api.requests.map(({ authorization }) => authorization),
        ["Bearer the firewall-api-token", "Bearer the firewall-api-token"],
      );
    });

    it("does nothing when the person says no", async () => {
      const end = await run({ people: { "Ask for approval": { __approved__: false } } }).execute();
      assert.equal(valueOf(end, "approved"), "false");
      assert.deepEqual(bench.api.lines, []);
    });

    it("blocks nothing when nobody answers within four hours, and tells the channel", async () => {
      const executed = run({ people: { "Ask for approval": "nobody" } });
      failsWith(await executed.execute(), /Ask for approval.*ACTION_TIMEOUT.*exception step.*was executed/s);
      assert.equal(executed.time.nowMs, 14_400_000);
      assert.deepEqual(bench.api.lines, ["POST /chat/messages"]);
    });

    it("has a person take back what the firewall does not", async () => {
      bench.api.answers = { [`DELETE /firewall/blocks/${address}`]: 503 };
      const executed = run({ people: { ...approved, "Have the block taken back by hand": {} } });
      valueOf(await executed.execute(), "approved");
      assert.equal(executed.asked.length, 2);
    });

    for (const own of [
      "10.1.2.3",
      "127.0.0.1",
      "fe80::1",
      "::ffff:10.0.0.1",
      "0.0.0.0/0",
      "203.0.113.0/24",
      "no address",
      "::",
    ]) {
      it(`never blocks ${own}`, async () => {
        valueOf(await run({ people: {} }, own).execute(), "approved");
        assert.deepEqual(bench.api.lines, ["POST /chat/messages"]);
      });
    }

    it("blocks an address of IPv6 as one part of a path", async () => {
      valueOf(await run({ people: approved }, "2001:db8::7").execute(), "approved");
      assert.equal(bench.api.lines[0], "PUT /firewall/blocks/2001%3Adb8%3A%3A7");
    });
  });

  describe("brute-force-reputation", () => {
    const run = () => {
      const apis = { intel_api: "intel", firewall_api: "firewall", ticket_api: "tickets" };
      return bench.run("brute-force-reputation", { address, subject: address, ...apis });
    };
    const lookup = `GET /intel/addresses/${address}`;

    it("blocks a malicious address for six hours", async () => {
      bench.api.answers = { [lookup]: { reputation: "malicious" } };
      const executed = run();
      valueOf(await executed.execute(), "reputation");
      const block = `/firewall/blocks/${address}`;
      assert.deepEqual(bench.api.lines, [lookup, `PUT ${block}`, `DELETE ${block}`]);
      assert.equal(executed.time.nowMs, 21_600_000);
    });

    it("files a ticket about a suspicious one, and leaves any other alone", async () => {
      bench.api.answers = { [lookup]: [{ reputation: "suspicious" }, { reputation: "good" }], ...filed };
      assert.equal(valueOf(await run().execute(), "ticket_id"), "T-1");
      assert.deepEqual(bench.api.bodyOf("POST /tickets/tickets"), {
        title: `Brute force: ${address}`,
        description: "",
        reference: "run-1",
      });
      assert.equal(valueOf(await run().execute(), "ticket_id"), "");
      assert.deepEqual(bench.api.lines, [lookup, "POST /tickets/tickets", lookup]);
    });

    it("files a ticket when the reputation or the firewall fails", async () => {
      bench.api.answers = {
        [lookup]: [503, { reputation: "malicious" }],
        [`PUT /firewall/blocks/${address}`]: 500,
        ...filed,
      };
      assert.equal(valueOf(await run().execute(), "ticket_id"), "T-1");
      assert.equal(valueOf(await run().execute(), "ticket_id"), "T-1");
      assert.equal(bench.api.lines.filter((line) => line === "POST /tickets/tickets").length, 2);
    });
  });

  describe("openc2-deny", () => {
    const run = (denied = address) =>
      bench.run("openc2-deny", { address: denied, subject: denied, filter_api: "filter", ticket_api: "tickets" });

    it("asks the packet filter what it can do, and has it deny the address", async () => {
      bench.api.answers = { "POST /filter/openc2": { status: 200 } };
      assert.equal(valueOf(await run().execute(), "status"), "200");
      const [asked, denied] = bench.api.requests.map(({ body }) => body as { action: string; target: object });
      assert.deepEqual([asked?.action, denied?.action], ["query", "deny"]);
      assert.deepEqual(denied?.target, { ipv4_net: address });
    });

    it("files a ticket when the filter does not deny it, or the address is an own one", async () => {
      bench.api.answers = { "POST /filter/openc2": [{ status: 200 }, { status: 501 }], ...filed };
      assert.equal(valueOf(await run().execute(), "ticket_id"), "T-1");
      assert.equal(bench.api.lines.length, 3);
      bench.api.reset({ ...filed });
      assert.equal(valueOf(await run("192.168.1.1").execute(), "ticket_id"), "T-1");
      assert.deepEqual(bench.api.lines, ["POST /filter/openc2", "POST /tickets/tickets"]);
    });
  });
});

const filed = { "POST /tickets/tickets": { ticket_id: "T-1" } } as const;
