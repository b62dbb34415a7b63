import assert from "node:assert/strict";
import { Client, credentials, Metadata } from "@grpc/grpc-js";
import { until } from "../../support/until.ts";
import { ControlNode, token } from "./control-node.ts";
import { rawCall, type RawOutcome } from "./raw-call.ts";

const health = (method: string): string => `/grpc.health.v1.Health/${method}`;
const authorization = `Bearer ${token}`;
const pass = (bytes: Buffer): Buffer => bytes;
/** A HealthCheckRequest of a service. */
const requestOf = (service: string): Buffer =>
  service === "" ? Buffer.alloc(0) : Buffer.from([0x0a, service.length, ...Buffer.from(service)]);

const notServing = "0802";
const serving = "0801";
const unknown = "0803";

describe("health of a node", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
  });
  afterEach(() => node.stop());

  const ask = (method: string, service = ""): Promise<RawOutcome> =>
    rawCall(node.plane.grpcAddress, health(method), requestOf(service), { authorization });

  for (const service of ["Scan", "Event", "Run", "Detection", "Guard", "Control"]) {
    it(`is told of ${service}Service as of the whole node`, async () => {
      const name = `garrison.v1.${service}Service`;
      assert.equal((await ask("Check", name)).bytes.toString("hex"), notServing);
      node.plane.setServing(true);
      assert.equal((await ask("Check", name)).bytes.toString("hex"), serving);
    });
  }

  it("is NOT_FOUND for a service that is not here, and refuses what is no request", async () => {
    assert.equal((await ask("Check", "elsewhere.v1.Service")).status, "NOT_FOUND");
    const broken = await rawCall(node.plane.grpcAddress, health("Check"), Buffer.from([0x0a, 0xff]));
    assert.equal(broken.status, "INTERNAL");
    const later = Buffer.concat([Buffer.from([0x10, 7]), requestOf("garrison.v1.ScanService")]);
    assert.equal((await rawCall(node.plane.grpcAddress, health("Check"), later)).status, "OK");
  });

  it("lists all services", async () => {
    const { status, bytes } = await ask("List");
    assert.equal(status, "OK");
    for (const service of ["Scan", "Event", "Run", "Detection", "Guard", "Control"]) {
      const entry = Buffer.concat([requestOf(`garrison.v1.${service}Service`), Buffer.from("12020802", "hex")]);
      assert.ok(bytes.includes(entry), service);
    }
  });

  it("tells who watches what it is, and each change", async () => {
    const client = new Client(node.plane.grpcAddress, credentials.createInsecure());
    const metadata = new Metadata();
    metadata.set("authorization", authorization);
    const seen = ["", "elsewhere.v1.Service"].map((service) => {
      const call = client.makeServerStreamRequest(health("Watch"), pass, pass, requestOf(service), metadata);
      const statuses: string[] = [];
      call.on("data", (bytes: Buffer) => statuses.push(bytes.toString("hex")));
      call.on("error", () => undefined);
      return { call, statuses };
    });
    const reach = (wanted: readonly (readonly string[])[]): Promise<void> =>
      until(
        () => JSON.stringify(seen.map(({ statuses }) => statuses)) === JSON.stringify(wanted),
        () => seen.map(({ statuses }) => statuses),
      );
    await reach([[notServing], [unknown]]);
    node.plane.setServing(true);
    await reach([[notServing, serving], [unknown]]);
    for (const { call } of seen) call.cancel();
    client.close();
  });
});
