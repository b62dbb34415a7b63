/** The proxy of a host, as `garrison guard proxy` is one: `proxy-process.js SETTINGS`. It answers each message with what it does. */
import pino from "pino";
import { proxyProps, type ProxySettings, type ProxyView } from "../../../../src/actors/guard/proxy/index.ts";
import { systemClock } from "../../../../src/base/clock.ts";
import { systemRandom } from "../../../../src/base/random.ts";
import { createClient } from "../../../../src/client/index.ts";
import { ActorSystem } from "../../../../src/kernel/index.ts";

export interface ProxyProcessSettings {
  readonly proxy: ProxySettings;
  /** Of nodes of the service. */
  readonly addresses: readonly [string, ...string[]];
  readonly token: string;
}

const viewMs = 5_000;
const settings = JSON.parse(process.argv[2] ?? "") as ProxyProcessSettings;
const { guard } = createClient({ address: settings.addresses, token: settings.token, clock: systemClock });
const system = new ActorSystem({
  node: settings.proxy.proxy,
  log: pino({ level: "fatal" }),
  clock: systemClock,
  random: systemRandom,
});
const proxy = system.spawn(proxyProps({ port: guard, settings: settings.proxy }), "proxy");

process.on("message", () => {
  void proxy.ask<ProxyView>((replyTo) => ({ type: "view", replyTo }), viewMs).then((view) => process.send?.(view));
});
process.on("disconnect", () => process.exit());
