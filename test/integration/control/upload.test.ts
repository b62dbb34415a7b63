import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { systemClock } from "../../../src/base/clock.ts";
import { ClientError, Connection } from "../../../src/client/index.ts";
import { packBundle } from "../../../src/engines/scan/index.ts";
import { scanService, uploadChunkBytes, type UploadBundleRequest } from "../../../src/wire/index.ts";
import { until } from "../../support/until.ts";
import { ControlNode, smallBundle, token } from "./control-node.ts";
import { refuses } from "./refuses.ts";

const { hash, bytes } = smallBundle;

describe("bundles over gRPC", () => {
  let node: ControlNode;
  let connection: Connection;
  beforeEach(async () => {
    node = await ControlNode.start();
    connection = new Connection({ address: node.plane.grpcAddress, token, clock: systemClock });
  });
  afterEach(async () => {
    connection.close();
    await node.stop();
  });

  const upload = (parts: readonly UploadBundleRequest[]): Promise<{ known: boolean }> =>
    connection.upload(scanService.uploadBundle, parts, { timeoutMs: 5_000 });
  const header = (bundle: string, length: number): UploadBundleRequest => ({ header: { bundle, bytes: length } });

  it("are stored whole, once", async () => {
    const large = packBundle([{ path: "noise.yaml", content: randomBytes(5 * 1024 * 1024) }]);
    const { scans } = node.client();
    assert.deepEqual(await scans.uploadBundle(large.hash, large.bytes), { known: false });
    const stored = await node.bundles.get(large.hash);
    assert.ok(stored !== undefined && Buffer.from(large.bytes).equals(stored));
    assert.deepEqual(await scans.uploadBundle(large.hash, large.bytes), { known: true });
  });

  it("that are broken are refused, and nothing of them is known", async () => {
    const other = "f".repeat(64);
    await refuses(upload([header(other, bytes.length), { data: bytes }]), "invalid", "invalid-bundle");
    assert.equal(await node.bundles.has(other), false);
    const cases: readonly (readonly UploadBundleRequest[])[] = [
      [],
      [{ data: bytes }],
      [header(hash, bytes.length)],
      [header(hash, bytes.length + 1), { data: bytes }],
      [header(hash, bytes.length - 1), { data: bytes }],
      [header(hash, bytes.length), header(hash, bytes.length)],
    ];
    for (const parts of cases) await refuses(upload(parts), "invalid", "upload-broken");
    await refuses(upload([header(hash, 64 * 1024 * 1024 + 1)]), "invalid");
    await refuses(upload([header(hash, 70_000), { data: Buffer.alloc(uploadChunkBytes + 1) }]), "invalid");
    assert.equal(await node.bundles.has(hash), false);
    assert.deepEqual(await upload([header(hash, bytes.length), { data: bytes }]), { bundle: hash, known: false });
  });

  it("whose sender goes away are forgotten, and take no place among the uploads", async () => {
    const stuck = Array.from({ length: 2 }, () => {
      const controller = new AbortController();
      const parts = endless(header(hash, bytes.length));
      const ended = refuses(
        connection.upload(scanService.uploadBundle, parts, { timeoutMs: 5_000, signal: controller.signal }),
        "cancelled",
      );
      return { controller, ended };
    });
    await until(
      async () => {
        const third = await upload([header("f".repeat(64), 10)]).catch((error: unknown) => error);
        return third instanceof ClientError && third.reason === "too-many-uploads" && third.retryAfterMs === 1_000;
      },
      () => node.plane.refusals.all(),
    );
    assert.ok(node.plane.refusals.of("grpc", "too-many-uploads") >= 1);
    for (const { controller, ended } of stuck) {
      controller.abort();
      await ended;
    }
    await until(
      async () => (await upload([header(hash, bytes.length), { data: bytes }]).catch(() => undefined)) !== undefined,
      () => node.plane.refusals.all(),
    );
  });
});

async function* endless(first: UploadBundleRequest): AsyncGenerator<UploadBundleRequest> {
  yield first;
  await new Promise(() => undefined);
}
