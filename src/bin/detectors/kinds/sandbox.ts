// Not through the index: a detector has no control plane.
import { readSecretFile } from "../../../control/access/secret-file.ts";
import type { DetectionEngine } from "../../../engines/malware/index.ts";
import { openSandboxEngine } from "../../../engines/malware/sandbox/index.ts";
import { UsageError } from "../../process/usage-error.ts";
import type { OpenEngine } from "../detector-settings.ts";
import { withLastVersion } from "../with-last-version.ts";

const tokenOf = async (file: string | undefined): Promise<string | undefined> => {
  if (file === undefined) return undefined;
  const token = await readSecretFile(file, "token for the sandbox");
  if (token !== undefined && token !== "") return token;
  throw new UsageError(
    `detect.sandbox.tokenFile: there is no token in ${file}: write it there, and run chmod 600 on it`,
  );
};

/** A sandbox, which need not answer yet. */
export const openSandbox = async (setup: OpenEngine): Promise<DetectionEngine> => {
  const { settings, clock, random } = setup;
  const { url, tokenFile, timeoutMs } = settings.sandbox;
  if (url === undefined) throw new UsageError("detect.sandbox.url: there is no sandbox: say where one answers");
  const token = await tokenOf(tokenFile);
  const engine = await openSandboxEngine({
    clock,
    random,
    url: new URL(url),
    timeoutMs,
    ...(token === undefined ? {} : { token }),
  });
  return withLastVersion(engine);
};
