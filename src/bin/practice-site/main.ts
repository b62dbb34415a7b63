/**
 * The practice website as a process of its own:
 * `node dist/bin/practice-site/main.js [--port N] [--delay-ms N] [--log FILE]`.
 *
 * Prints `{"event":"ready","url":"http://127.0.0.1:PORT"}` on stdout and serves until SIGTERM, SIGINT, or until its
 * parent is gone: the IPC channel closes or, without one, stdin ends. So its parent must keep one of the two open.
 * Exit codes: 0 stopped, 1 cannot listen or write its log, 2 bad usage.
 */
import { asError } from "../../base/errors.ts";
import { PracticeSiteError } from "./errors.ts";
import { readOptions } from "./options.ts";
import { startPracticeSite } from "./practice-site.ts";

const serve = async (): Promise<void> => {
  const hasChannel = process.connected;
  const site = await startPracticeSite(readOptions(process.argv.slice(2)));
  const stop = (): void => {
    void site.close().then(() => process.exit(0));
  };
  process.on("SIGTERM", stop).on("SIGINT", stop);
  process.stdout.on("error", stop);
  if (hasChannel) process.on("disconnect", stop);
  else process.stdin.on("end", stop).on("error", stop).resume();
  // The parent may have gone while the site started.
  if (hasChannel && !process.connected) return stop();
  process.stdout.write(`${JSON.stringify({ event: "ready", url: site.url })}\n`);
};

serve().catch((thrown: unknown) => {
  process.stderr.write(`practice-site: ${asError(thrown).message}\n`);
  process.exitCode = thrown instanceof PracticeSiteError && thrown.code === "bad-option" ? 2 : 1;
});
