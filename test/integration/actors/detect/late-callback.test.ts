import assert from "node:assert/strict";
import { sendVerdict } from "../../../../src/actors/detect/centre/send-verdict.ts";
import type { Claim } from "../../../../src/store/index.ts";
import { createMemoryDatabase, openMemoryStore } from "../../../../src/store/memory/index.ts";
import { TestCentre, TestRelay, offer, white } from "../../../support/detect-centre.ts";
import { TestKernel } from "../../../support/kernel.ts";

const kindsOf = (signatureVersion: string) => [
  offer("digest", { signatureVersion }),
  offer("yara", { signatureVersion }),
];

describe("a verdict that does not hold any more when it is to be told", () => {
  let centre: TestCentre;
  let relay: TestRelay;
  let sha256: string;
  let callback: Claim;
  const told: string[] = [];

  /** A centre that has decided, whose actors have ended before they could tell it. */
  beforeEach(async () => {
    told.length = 0;
    const kernel = new TestKernel("seeded");
    const store = openMemoryStore(createMemoryDatabase({ clock: kernel.clock }));
    centre = await TestCentre.open(store, kernel.clock, { sendCallback: () => Promise.reject(new Error("not now")) });
    centre.start(kernel.system);
    relay = new TestRelay(centre.desk, kindsOf("1"));
    await relay.announce();
    ({ sha256 } = await centre.submit("hello", { callbackUrl: "http://127.0.0.1:1/" }));
    await relay.answer(await relay.fetch(), () => white);
    await kernel.advance(100);
    await kernel.complete(kernel.system.stop());
    await kernel.advance(2_000);
    const request = { queue: "callback", owner: "n1/1", slots: 1, leaseMs: 30_000, holding: 0 };
    const { claims } = await centre.space.queue.claim(request);
    assert.ok(claims[0] !== undefined);
    [callback] = claims;
  });

  afterEach(() => centre.folder.remove());

  const send = (): Promise<void> => {
    const { setup, verdicts } = centre;
    const sendCallback = ({ verdict }: { readonly verdict: { readonly state: string } }): Promise<void> => {
      told.push(verdict.state);
      return Promise.resolve();
    };
    return sendVerdict({ ...setup, verdicts, sendCallback }, callback, new AbortController().signal);
  };

  it("is made anew, and told when it is there", async () => {
    relay.kinds = kindsOf("2");
    await relay.announce();
    assert.equal((await centre.verdict(sha256)).state, "unknown", "nobody makes it anew yet");
    await send();
    assert.deepEqual(told, []);
    assert.equal((await centre.verdict(sha256)).state, "refreshing");
    assert.equal((await centre.space.queue.counts("callback")).delayed, 1);
  });

  it("is told as unknown where there will be no other one", async () => {
    relay.kinds = kindsOf("2");
    await relay.announce();
    await centre.space.commit(undefined, [{ type: "delete", key: `sample/${sha256}` }]);
    await send();
    assert.deepEqual(told, ["unknown"]);
  });

  it("is told as it was decided while it holds", async () => {
    await send();
    assert.deepEqual(told, ["decided"]);
  });
});
