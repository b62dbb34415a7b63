import type { Verdicts } from "../../../actors/detect/index.ts";
import {
  Events,
  RespondHints,
  respondProps,
  respondSpace,
  Runs,
  type RespondEvent,
  type RespondMessage,
} from "../../../actors/respond/index.ts";
import type { BlockPort } from "../../../actors/guard/block-port.ts";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import type { Tracing } from "../../../base/tracing.ts";
import type { NodeIdentity } from "../../../cluster/index.ts";
import type { Config } from "../../../config/index.ts";
import { measuredSink, PlaybookShelf, RespondStatistics, type RespondServices } from "../../../control/index.ts";
import { describeCacao } from "../../../engines/playbook/cacao/index.ts";
import { createPlaybookRunner, describeModule, openCatalog } from "../../../engines/playbook/index.ts";
import { Turns } from "../../../engines/scan/turns.ts";
import type { ActorSystem, Address, Logger } from "../../../kernel/index.ts";
import type { Store } from "../../../store/index.ts";
import { startPlaybookChild } from "../../process/start-playbook-child.ts";
import type { Closing } from "../end/closing.ts";
import { openNodeCommands } from "./node-commands.ts";
import { quiesceRuns } from "./quiesce-runs.ts";
import { readAuthorities } from "./read-authorities.ts";
import { readKnownHosts } from "./read-known-hosts.ts";
import { readSecrets } from "./read-secrets.ts";
import { readTrustedKeys } from "./read-trusted-keys.ts";

export interface RespondPartOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly tracing: Tracing;
  readonly log: Logger;
  readonly notify?: ((event: RespondEvent) => void) | undefined;
  /** What playbooks ask for verdicts about files; undefined: this node has no detection centre. No run begins before the node has joined. */
  readonly verdicts: () => Verdicts | undefined;
  /** Where playbooks order blocks; undefined: this node reaches no guard. */
  readonly blocks: () => BlockPort | undefined;
  /** Takes what has to be closed when the node ends. */
  readonly closing: Closing;
}

/** What a node has for events and runs. */
export interface RespondPart {
  readonly services: RespondServices;
  readonly statistics: RespondStatistics;
  /**
   * Spawns `/respond` of a node that has joined; undefined: its roles leave this to other nodes.
   * @param isDrained asked when the node ends: whether it may take the time for an ordered end
   */
  spawn(system: ActorSystem, identity: NodeIdentity, isDrained: () => boolean): Address<RespondMessage> | undefined;
}

/** Opens what answers to events need before the node joins: the catalog, and the pool of processes, which are started once there is a playbook. */
export const openRespondPart = async (options: RespondPartOptions): Promise<RespondPart> => {
  const { config, clock, random, store, tracing, log, notify, closing } = options;
  const { respond } = config;
  const { retainMs, leaseMs, causeDepth, mostWaiting, eventsPerSecond, child } = respond;
  const responds = config.node.roles.includes("responder");
  const trusted = await readTrustedKeys(respond.signatures.trusted);
  const { verdicts, blocks } = options;
  const nodeCommands = openNodeCommands({ config, clock, store, log, verdicts, blocks });
  closing.add("the commands of playbooks", () => nodeCommands.close());
  const runner = createPlaybookRunner({
    startChild: startPlaybookChild,
    childProcess: respond.modules.childProcess,
    child,
    pool: respond.pool,
    secrets: await readSecrets(respond.secrets),
    egress: respond.egress,
    nodeCommands,
    cacao: {
      ssh: respond.commands.ssh,
      manualTimeoutMs: respond.manualTimeoutMs,
      knownHosts: await readKnownHosts(respond.ssh.knownHosts),
      authorities: await readAuthorities(respond.https.ca),
      repeats: respond.repeat,
    },
    clock,
    random,
    log,
  });
  closing.add("the processes of playbooks", () => runner.close());
  const prepare = ({ playbooks }: { readonly playbooks: ReadonlyMap<string, unknown> }): void =>
    runner.wantSpares(responds && playbooks.size > 0);
  const catalog = await openCatalog({
    playbooks: respond.playbooks,
    rules: respond.rules,
    signatures: { required: respond.signatures.required, trusted },
    clock,
    log,
    onChange: prepare,
  });
  closing.add("the playbooks", () => catalog.close());
  prepare(catalog.current());

  const space = store.space(respondSpace);
  const turns = new Turns(clock);
  const hints = new RespondHints();
  const common = { space, clock, catalog, retainMs, hints };
  const events = new Events({ ...common, mostWaiting });
  const statistics = new RespondStatistics(() => runner.processes);
  return {
    statistics,
    services: {
      events,
      runs: new Runs(common),
      playbooks: new PlaybookShelf({
        catalog,
        describeModule: (playbook) => describeModule({ startChild: startPlaybookChild, clock, child }, playbook),
        describeCacao: async (source) => {
          await turns.next();
          return describeCacao(source, trusted, clock.wallMs());
        },
      }),
      sink: measuredSink({ events, statistics, clock, tracing }),
      eventsPerSecond,
    },
    spawn: (system, { id, incarnation }, isDrained) => {
      if (!responds) return undefined;
      const props = respondProps({
        space,
        catalog,
        runner,
        settings: { leaseMs, retainMs, causeDepth },
        owner: `${id}.${incarnation}`,
        node: id,
        notify: (event) => {
          statistics.note(event);
          notify?.(event);
        },
        hints,
      });
      const respond = system.spawn(props, "respond");
      closing.add("/respond", () => system.stopActor(respond));
      closing.add("the steps under way", () => (isDrained() ? quiesceRuns(respond, log) : undefined));
      return respond;
    },
  };
};
