import assert from "node:assert/strict";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

describe("a relay that announces something else all the time", function () {
  this.timeout(20_000);
  let kernel: TestKernel;
  let centre: TestCentre;

  beforeEach(async () => {
    kernel = new TestKernel("seeded");
    centre = await TestCentre.open(openMemoryStore(createMemoryDatabase({ clock: kernel.clock })), kernel.clock);
    centre.start(kernel.system);
  });
  afterEach(async () => {
    await kernel.complete(kernel.system.stop());
    centre.folder.remove();
  });

  const epochs = (): number => centre.events.filter(({ type }) => type === "kinds-changed").length;
  const versions = async (): Promise<number> =>
    (await centre.space.records.list("version/", { limit: 1_000 })).rows.length;
  const flood = async (relay: TestRelay, times: number, kinds: (time: number) => TestRelay["kinds"]): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      relay.kinds = kinds(time);
      await relay.announce();
      await kernel.advance(100);
    }
  };

  it("has what it says last taken by and by: a minute of new versions makes few looks through the library", async () => {
    const relay = new TestRelay(centre.desk, []);
    await flood(relay, 600, (time) => [offer("yara", { signatureVersion: `v${time}` })]);
    assert.ok(epochs() <= 25, `${epochs()} changes of the current versions`);
    assert.ok((await versions()) <= 25);
    await kernel.advance(6_000);
    await relay.announce();
    const [host] = await centre.desk.relays();
    assert.equal(host?.kinds[0]?.signatureVersion, "v599", "what it says now holds in the end");
  });

  it("keeps no other relay from announcing at once", async () => {
    const relay = new TestRelay(centre.desk, []);
    await flood(relay, 100, (time) => [offer(`k${time}`)]);
    const other = new TestRelay(centre.desk, [offer("yara")], "h2");
    await other.announce();
    const hosts = await centre.desk.relays();
    assert.deepEqual(hosts.find(({ relay: { host } }) => host === "h2")?.kinds[0]?.kind, "yara");
  });

  it("is remembered with a bounded number of versions, those that are offered among them", async () => {
    const steady = new TestRelay(centre.desk, [offer("digest")], "h2");
    await steady.announce();
    for (let host = 0; host < 20; host += 1) {
      const kinds = Array.from({ length: 64 }, (_, at) => offer(`k${at}`, { signatureVersion: `${host}` }));
      await new TestRelay(centre.desk, kinds, `x${host}`).announce();
      await kernel.advance(4_000);
      await steady.announce();
    }
    const kept = await versions();
    assert.ok(kept < 1_000, `${kept} versions`);
    const { rows } = await centre.space.records.list("version/digest/");
    assert.equal(rows.length, 1);
  });

  it("does not take the place of detectors that were there before it, by kinds that nobody knows", async () => {
    const steady = new TestRelay(centre.desk, [offer("yara"), offer("structure")], "h2");
    await steady.announce();
    await kernel.advance(10);
    const kinds = Array.from({ length: 64 }, (_, at) => offer(`a${at}`));
    await new TestRelay(centre.desk, kinds, "h3").announce();
    await centre.submit("hello");
    assert.deepEqual((await steady.fetch()).map(({ kind }) => kind).toSorted(), ["structure", "yara"]);
    assert.equal(await steady.work(() => white), 0);
  });
});
