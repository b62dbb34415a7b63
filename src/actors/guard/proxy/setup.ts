import type { GuardPort } from "../guard-port.ts";
import type { ProxySettings } from "./settings.ts";

/** What the proxy of a host is made from. */
export interface ProxySetup {
  readonly port: GuardPort;
  readonly settings: ProxySettings;
}
