import { BlockList, isIP, isIPv6 } from "node:net";
import { type ActionContext, definePlaybook, type Json, type SecurityEvent } from "garrison/playbook";
import { sourceAddressFields, textIn } from "./_field.ts";
import { below, callApi } from "./_http.ts";

/** Networks that no event may have cut off: whoever can forge an event could else cut off the site itself. */
const ownNetworks = new BlockList();
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["224.0.0.0", 3],
] as const) {
  ownNetworks.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const) {
  ownNetworks.addSubnet(network, bits, "ipv6");
}

const addressOf = (event: SecurityEvent): string | undefined => {
  const address = textIn(event, sourceAddressFields);
  return address !== undefined && isIP(address) > 0 ? address : undefined;
};

const isForeign = (address: string): boolean => !ownNetworks.check(address, isIPv6(address) ? "ipv6" : "ipv4");

interface Block {
  readonly address: string;
  readonly hours: number;
  readonly reason: string;
}

/**
 * Has a firewall block the address that an attack came from, for a day: `PUT <firewall-api-url>/blocks/<address>`. Secrets:
 * `firewall-api-url`, `firewall-api-token`.
 */
export default definePlaybook({
  title: "Block an address",
  secrets: ["firewall-api-url", "firewall-api-token"],
  filters: {
    "names-a-foreign-address": (event) => {
      const address = addressOf(event);
      return address !== undefined && isForeign(address);
    },
  },
  actions: {
    block: {
      // It says how things are to be, not what to add.
      idempotent: true,
      timeoutMs: 15_000,
      run: ({ address, hours, reason }: Block, context: ActionContext): Promise<Json> =>
        callApi(
          below(context.secret("firewall-api-url"), "blocks", address),
          { method: "PUT", token: context.secret("firewall-api-token"), body: { hours, reason } },
          context,
        ),
    },
  },
  onStart: async (event, run) => {
    const address = addressOf(event);
    if (address === undefined) return null;
    await run.act("block", { address, hours: 24, reason: `${event.kind}, event ${event.id} of ${event.source}` });
    return { blocked: address };
  },
});
