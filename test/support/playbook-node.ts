/** A process with a runner of playbooks and runs that never end by themselves, to be killed. Says a line once all are there. */
import { pathToFileURL } from "node:url";
import { startChildFrom } from "../../src/bin/process/start-playbook-child.ts";
import { inRepository } from "./built.ts";
import { KeptJournal, openRunner, runOf } from "./playbook-runs.ts";
import { until } from "./until.ts";

const runner = openRunner({
  startChild: startChildFrom(pathToFileURL(inRepository("dist/bin/respond-child.js"))),
  childProcess: true,
  pool: { spare: 1, max: 4 },
  child: { stallMs: 60_000 },
});
runner.wantSpares(true);
const bodies = [
  `run.log("info", "loops"); await run.act("pause", 100); for (;;);`,
  `const { spawn } = await import("node:child_process");
   spawn("/bin/sleep", ["1000"]).on("spawn", () => run.log("info", "has a grandchild"));
   await run.act("pause", 1e6);`,
  `run.log("info", "waits"); await run.act("pause", 1e6);`,
];
const kept = new KeptJournal();
for (const body of bodies) {
  const code = `
    export const actions = { pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) };
    export const onStart = async (event, run) => { ${body} };`;
  runner.start(runOf(code), kept);
}
await until(
  () => kept.lines.length === bodies.length && kept.ends.length === 1 && runner.processes.spare === 1,
  () => [kept.texts, kept.ends, runner.processes],
  20_000,
);
process.stdout.write("all are there\n");
