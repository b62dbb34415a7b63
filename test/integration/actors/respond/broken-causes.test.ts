import assert from "node:assert/strict";
import { inRepository, testsBuilt } from "../../../support/built.ts";
import { assertCaught, runBroken, type BrokenBuild } from "../../../support/broken-build.ts";

const mocha = inRepository("node_modules/mocha/bin/mocha.js");
const deadlineMs = 60_000;

interface Broken extends BrokenBuild {
  /** What has to find it. */
  readonly test: string;
}

const causes = "test/integration/actors/respond/causes.test.js";
const broken = (name: string, test: string, caughtBy: string, patch: BrokenBuild["patch"]): Broken => ({
  ...{ name: `causes-${name}`, test, caughtBy, patch },
});

const builds: readonly Broken[] = [
  broken("depth-off", causes, "30 !== 8", {
    file: "src/engines/events/cause.ts",
    find: 'if (chain.length >= depth) return "depth";',
    replace: "",
  }),
  broken("cycle-off", causes, "answer to itself about the same subject", {
    file: "src/engines/events/cause.ts",
    find: 'return chain.some((link) => link.endsWith(again)) ? "cycle" : undefined;',
    replace: "return undefined;",
  }),
  broken("cause-not-raised", causes, "30 !== 1", {
    file: "src/actors/guard/events/guard-events.ts",
    find: "    ...(cause === undefined ? {} : { cause }),\n",
    replace: "",
  }),
  broken("event-id-anew", "test/integration/actors/event-outbox/forwarder.test.js", "are stored once, though", {
    file: "src/actors/guard/events/guard-events.ts",
    find: "id: `guard-${id}`",
    replace: "id: `guard-${id}-${Math.random()}`",
  }),
  broken(
    "finished-before-stored",
    "test/integration/actors/event-outbox/forwarder.test.js",
    "are stored once, though",
    {
      file: "src/actors/event-outbox/event-forwarder.ts",
      find: "  const event = eventOf(claim.body);\n",
      replace:
        '  const event = eventOf(claim.body);\n  await space.commit(undefined, [{ type: "finish", claim, outcome: "done" }]);\n',
    },
  ),
];

const sound = broken("sound", causes, "", {
  file: "src/engines/events/cause.ts",
  find: "export const loopOf ",
  replace: "export const loopOf ",
});

const run = (build: Broken) => runBroken(build, [mocha, "--no-config", "--timeout", "30000", build.test], deadlineMs);

describe("loops of answers and events: broken builds", function () {
  this.timeout(3 * deadlineMs);
  before(testsBuilt);

  for (const build of builds) {
    it(`${build.name} is caught`, async () => {
      assertCaught(build, await run(build));
    });
  }

  it("the sound one passes", async () => {
    const { code, output } = await run(sound);
    assert.equal(code, 0, output.slice(-2_000));
  });
});
