/** A process with a command of bash that does not end by itself, to be killed. */
import { systemClock } from "../../src/base/clock.ts";
import { startSandbox } from "../../src/bin/process/start-sandbox.ts";
import { bashCommand } from "../../src/engines/playbook/node-commands/index.ts";
import { CapturedLog } from "./captured-log.ts";

const [sleep = ""] = process.argv.slice(2);
const setup = { start: startSandbox, atOnce: 1, timeoutMs: 60_000, clock: systemClock, log: new CapturedLog().logger };
const bash = bashCommand(setup);
await bash.run(
  { command: `setsid sleep ${sleep} & sleep ${sleep}`, environment: {} },
  { idempotencyKey: "r-1", cause: { chain: [] }, signal: new AbortController().signal },
);
