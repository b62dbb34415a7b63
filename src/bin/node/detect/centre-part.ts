import { join } from "node:path";
import {
  CentreDesk,
  DetectError,
  SampleFiles,
  Samples,
  Verdicts,
  type CentreSettings,
  type CentreSetup,
} from "../../../actors/detect/index.ts";
import type { AcceptEvents } from "../../../actors/event-outbox/event-forwarder.ts";
import { openPrivateFolder } from "../../../base/private-folder.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { NodeIdentity } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { CallbackSender, type DetectServices, type DetectStatistics } from "../../../control/index.ts";
import { parseRule } from "../../../engines/malware/rules/index.ts";
import type { Space } from "../../../store/index.ts";
import type { MemberPlaces } from "./member-places.ts";

export interface CentrePartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  /** The space `detect`. */
  readonly space: Space;
  readonly identity: Pick<NodeIdentity, "id" | "incarnation">;
  readonly places: MemberPlaces;
  readonly statistics: DetectStatistics;
  /** Where the events go that black verdicts raise. */
  readonly acceptEvents: AcceptEvents;
}

/** What a node of the detection centre has. */
export interface CentrePart {
  readonly setup: CentreSetup;
  readonly services: DetectServices;
}

const settingsOf = ({ detect }: Config): CentreSettings => {
  const { require, skipUseless, deadlineMs, missingGraceMs, leaseMs, retainMs, samples } = detect;
  return {
    rule: parseRule(detect.rule),
    require,
    skipUseless,
    deadlineMs,
    missingGraceMs,
    leaseMs,
    retainMs,
    sampleRetainMs: samples.retainMs,
  };
};

/** Opens the samples of this node, and what serves them and their verdicts. */
export const openCentrePart = async (options: CentrePartOptions): Promise<CentrePart> => {
  const { config, clock, random, space, identity, places, statistics, acceptEvents } = options;
  const { samples, callback } = config.detect;
  const { path, maxBytes, maxSampleBytes } = samples;
  const callbacks = new CallbackSender(callback.egress);
  const problem = openPrivateFolder(path);
  if (problem !== undefined) throw new DetectError("invalid", `detect.samples.path: ${problem}`);
  const setup: CentreSetup = {
    space,
    clock,
    random,
    owner: `${identity.id}.${identity.incarnation}`,
    node: identity.id,
    settings: settingsOf(config),
    // Nodes of one machine may have one config.
    files: await SampleFiles.open({ path: join(path, identity.id), maxBytes, maxSampleBytes, clock, random }),
    addressOf: places.addressOf,
    sendCallback: callbacks.send,
    acceptEvents,
    notify: statistics.note,
  };
  const [verdicts, desk] = [new Verdicts(setup), new CentreDesk(setup)];
  return { setup, services: { verdicts, samples: new Samples(setup), centre: desk, callbacks, statistics } };
};
