import type { Clock } from "../../base/clock.ts";
import type { ExitCode } from "./exit-codes.ts";

/** How long threads have to end by themselves once the work is over. */
const graceMs = 5_000;

/**
 * Lets the process end with this code. A store thread that is stuck in a call of the system (another process is frozen with the
 * writer lock) cannot be ended from inside, and `process.exit` would wait for it: then the process kills itself, and says so.
 */
export const endProcess = (code: ExitCode, clock: Clock): void => {
  process.exitCode = code;
  clock.after(
    graceMs,
    () => {
      process.stderr.write(
        `garrison: a store thread does not end; this process is killed, its exit code would be ${code}\n`,
      );
      process.kill(process.pid, "SIGKILL");
    },
    true,
  );
};
