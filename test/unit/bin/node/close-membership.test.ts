import assert from "node:assert/strict";
import { closeMembership } from "../../../../src/bin/node/end/close-membership.ts";
import { Closing } from "../../../../src/bin/node/end/closing.ts";
import { ownedKind, systemProps } from "../../../../src/cluster/index.ts";
import { actor, gate } from "../../../support/actors.ts";
import { TestKernel } from "../../../support/kernel.ts";
import { TestCluster } from "../../cluster/test-cluster.ts";

/** A node alone in its cluster, which owns one thing whose end the test decides. */
const closed = async (ending: Promise<void>): Promise<readonly string[]> => {
  const kernel = new TestKernel("seeded");
  const { clock, system, log } = kernel;
  const cluster = new TestCluster(clock);
  const closing = new Closing(clock, log.logger);
  const membership = await kernel.complete(cluster.joining("a"));
  const props = actor<never>(() => undefined, { stopTimeoutMs: 60_000, stopped: () => ending });
  const kinds = [ownedKind({ name: "slow", space: cluster.space, shards: 1, props: () => props })];
  const cell = system.spawn(systemProps({ membership, onLost: () => undefined, kinds }), "system");
  const remote = {
    close: () => {
      assert.deepEqual(cluster.states(), ["a first up"], "links end before the others forget this node");
      return Promise.resolve();
    },
  };
  closeMembership(closing, { membership, system, cell, remote, log: log.logger });
  await kernel.advance(1_000);
  assert.ok(system.find("/system/singletons/slow"), "it is not owned");
  await kernel.complete(closing.close());
  return cluster.states();
};

describe("closing the membership", () => {
  it("hands over what the node owns, and then says that it has left", async () => {
    assert.deepEqual(await closed(Promise.resolve()), ["a first left"]);
  });

  it("does not say that the node has left while something that it owned still runs", async () => {
    assert.deepEqual(await closed(gate().opened), ["a first up"]);
  });
});
