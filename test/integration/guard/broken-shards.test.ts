import { stop } from "esbuild";
import { assertCaught, type BrokenBuild } from "../../support/broken-build.ts";
import { runBrokenBundle } from "../../support/broken-bundle.ts";

const service = "src/actors/guard/service";
const seeds = 3;
const steps = 500;
const deadlineMs = 120_000;

const broken = (name: string, file: string, find: string, replace: string): BrokenBuild => ({
  name: `shard-${name}`,
  patch: { file: `${service}/${file}`, find, replace },
  caughtBy: "violation: ",
});

const builds: readonly BrokenBuild[] = [
  broken("dedup-off", "counting/seen-reports.ts", 'return { type: "repeated" };', 'return { type: "new", from: 0 };'),
  broken(
    "replay-twice",
    "records/load-shard.ts",
    "if (number <= (positions.get(bucket.index) ?? 0)) return undefined;",
    "",
  ),
  broken(
    "replay-left-out",
    "records/load-shard.ts",
    "bucketOf(row.subject)?.repeat(live, row, entry.atMs);",
    "bucketOf(row.subject);",
  ),
  broken("memory-kept-after-failure", "shard.ts", "life.state = undefined;", ""),
  broken(
    "acknowledged-before-commit",
    "counting/count-reports.ts",
    "await commitChanges(work, [...journal, ...changes, ...seen]);",
    "commitChanges(work, [...journal, ...changes, ...seen]).catch(() => undefined);",
  ),
  broken(
    "sequence-reused",
    "records/entry-record.ts",
    "value: { sequence, journal },",
    "value: { sequence: sequence - (sequence % 8), journal },",
  ),
];

describe("broken builds of the shard of interception", function () {
  this.timeout(deadlineMs + 60_000);
  after(stop);

  for (const build of builds) {
    it(`${build.name} is caught`, async () => {
      const args = [String(seeds), String(steps)];
      assertCaught(build, await runBrokenBundle(build, "test/support/guard/shard-property/main.ts", args, deadlineMs));
    });
  }
});
