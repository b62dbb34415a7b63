import type { ProxySettings } from "../../../actors/guard/index.ts";
import type { Config } from "../../../config/index.ts";
import { defaultSharedFolder } from "../../../shared-memory/index.ts";
import { hostName } from "../detect/host-name.ts";

/** What the config says about the proxy of this host. */
export const proxySettings = async ({ guard, detect }: Pick<Config, "guard" | "detect">): Promise<ProxySettings> => ({
  // Host names know no underscores, and no difference between large and small letters.
  proxy: (detect.host ?? (await hostName()))
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/^[.-]+/, ""),
  folder: guard.folder ?? defaultSharedFolder(process.getuid?.() ?? 0),
  spoolFolder: guard.spoolFolder,
  spoolBytes: guard.spoolBytes,
  report: guard.report,
  rules: guard.rules,
});
