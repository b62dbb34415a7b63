import { systemClock } from "../../../src/base/clock.ts";
import type { Remote } from "../../../src/cluster/index.ts";
import type { ActorSystem } from "../../../src/kernel/index.ts";
import { runFleetNode, type FleetNodeSettings } from "../fleet/fleet-node.ts";
import { echoProps, hostProps, speakerProps } from "./talk-actors.ts";
import { TalkLog } from "./talk-log.ts";
import { talkProtocol } from "./talk-message.ts";

/** A node whose actors talk to those of the others, and which writes down what they say and hear. */
const settings = JSON.parse(process.argv[2] ?? "") as FleetNodeSettings;
const log = new TalkLog(settings.log);
const countEveryMs = 200;
const settleMs = 3_000;

/** Writes down the totals again and again: a kill leaves the last ones. */
const keepCounts = (system: ActorSystem, remote: Remote): void => {
  const most = { mostEnvelopes: 0, mostBytes: 0, mostAllBytes: 0 };
  const look = (): void => {
    const links = remote.links();
    most.mostEnvelopes = Math.max(most.mostEnvelopes, ...links.map(({ outboxEnvelopes }) => outboxEnvelopes));
    most.mostBytes = Math.max(most.mostBytes, ...links.map(({ outboxBytes }) => outboxBytes));
    most.mostAllBytes = Math.max(
      most.mostAllBytes,
      links.reduce((sum, { outboxBytes }) => sum + outboxBytes, 0),
    );
    const deadLetters = system.deadLetters.counts;
    log.note({ t: "counts", counts: { links: remote.linkCounts(), remote: remote.counts(), deadLetters, ...most } });
    systemClock.after(countEveryMs, look, true);
  };
  look();
};

let quiet = (): void => undefined;
await runFleetNode(settings, {
  actors: (system, remote) => {
    const setup = { remote, log };
    remote.export("/echo", talkProtocol);
    remote.export("/host", talkProtocol);
    remote.export("/host/*", talkProtocol, { stop: true });
    remote.export("/speaker", talkProtocol);
    system.spawn(echoProps(setup), "echo");
    system.spawn(hostProps(setup), "host");
    const speaker = system.spawn(speakerProps(setup), "speaker");
    keepCounts(system, remote);
    quiet = () => {
      speaker.tell({ type: "quiet" });
      systemClock.after(settleMs, () => log.note({ t: "settled" }));
    };
  },
  ready: ({ identity: { id, incarnation } }) => log.note({ t: "life", life: `${id}.${incarnation}` }),
  quiet: () => quiet(),
});
