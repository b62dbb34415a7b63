import type { FetchedTask, OfferedKind, RelayIdentity, TaskClaim, TaskSummary, WantedTasks } from "../centre-port.ts";
import { DetectError } from "../errors.ts";
import type { CentreSetup } from "../setup.ts";
import { kindQueue } from "../work.ts";
import { Announcements } from "./announcements.ts";
import { checkRequest, requestShapes } from "./check-request.ts";
import { claimRef, foreignClaims, ownClaims } from "./claim-owner.ts";
import { FetchTasks } from "./fetch-tasks.ts";
import { reportSummary } from "./report-summary.ts";
import { skipExecutions } from "./skip-executions.ts";

/** Summaries of one call that are written at the same time. */
const atOnce = 16;

/** The side of `CentrePort` that is at the centre: any node with the role can answer any relay. Objects are read from `Samples`. */
export class CentreDesk {
  readonly #setup: CentreSetup;
  readonly #announcements: Announcements;
  readonly #tasks: FetchTasks;

  constructor(setup: CentreSetup) {
    this.#setup = setup;
    this.#announcements = new Announcements(setup);
    this.#tasks = new FetchTasks(setup);
  }

  /**
   * @returns how many executions wait for each kind now
   * @throws DetectError `invalid`, as all calls do; StoreError
   */
  async announce(
    relay: RelayIdentity,
    kinds: readonly OfferedKind[],
  ): Promise<readonly { readonly kind: string; readonly waiting: number }[]> {
    const by = checkRequest("relay", requestShapes.relay, relay);
    await this.#announcements.announce(by, checkRequest("kinds", requestShapes.kinds, kinds));
    const names = [...new Set(kinds.map(({ kind }) => kind))];
    return Promise.all(
      names.map(async (kind) => {
        const { waiting } = await this.#setup.space.queue.counts(kindQueue(kind));
        return { kind, waiting };
      }),
    );
  }

  /** What hosts offer, of those whose relays live. */
  async relays(): Promise<readonly { readonly relay: RelayIdentity; readonly kinds: readonly OfferedKind[] }[]> {
    const relays = await this.#announcements.relays();
    return relays.map(({ host, incarnation, kinds }) => ({ relay: { host, incarnation }, kinds }));
  }

  /**
   * Nothing for a relay that has not announced itself, and for kinds that it does not have in the current version.
   * @param signal aborted when nobody hears of the answer any more
   */
  async fetchTasks(
    relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds?: readonly string[],
    signal?: AbortSignal,
  ): Promise<readonly FetchedTask[]> {
    const by = checkRequest("relay", requestShapes.relay, relay);
    const wants = checkRequest("wanted", requestShapes.wanted, wanted);
    const ids = taskIds === undefined ? undefined : checkRequest("taskIds", requestShapes.taskIds, taskIds);
    return this.#tasks.fetch(by, wants, ids, signal);
  }

  /**
   * @returns the claims that are lost
   * @throws DetectError `invalid` for claims of another relay, as `report` does
   */
  async extend(relay: RelayIdentity, claims: readonly TaskClaim[]): Promise<readonly TaskClaim[]> {
    const by = checkRequest("relay", requestShapes.relay, relay);
    const given = checkRequest("claims", requestShapes.claims, claims);
    const held = await this.#held(by, given);
    const extended = given.filter((claim) => held.has(claim));
    if (extended.length === 0) return given;
    const { lost } = await this.#setup.space.queue.extend(extended.map(claimRef), this.#setup.settings.leaseMs);
    const tokens = new Set(lost.map(({ token }) => token));
    return given.filter((claim) => !held.has(claim) || tokens.has(claim.token));
  }

  /** @returns the claims that were lost before: what was said under them counts nothing */
  async report(relay: RelayIdentity, summaries: readonly TaskSummary[]): Promise<readonly TaskClaim[]> {
    const by = checkRequest("relay", requestShapes.relay, relay);
    const given = checkRequest("summaries", requestShapes.summaries, summaries);
    given.forEach(checkClaims);
    const held = await this.#held(by, given.flatMap(claimsOf));
    const { space, settings } = this.#setup;
    const lost: TaskClaim[] = [];
    for (let at = 0; at < given.length; at += atOnce) {
      const written = given
        .slice(at, at + atOnce)
        .map((summary) => reportSummary(space, by.host, summary, held, settings.deadlineMs + settings.retainMs));
      lost.push(...(await Promise.all(written)).flat());
      if (settings.skipUseless === true) {
        for (const { taskId } of given.slice(at, at + atOnce)) await skipExecutions(this.#setup, taskId);
      }
    }
    return lost;
  }

  /** Those of the claims that the relay has. */
  async #held(relay: RelayIdentity, claims: readonly TaskClaim[]): Promise<ReadonlySet<TaskClaim>> {
    const { held, foreign } = await ownClaims(this.#setup.space, relay, claims);
    if (foreign.length === 0) return held;
    this.#setup.notify({ type: "foreign-claim", host: relay.host, claims: foreign.length });
    throw foreignClaims(foreign);
  }
}

const claimsOf = ({ answers, givenBack }: TaskSummary): readonly TaskClaim[] =>
  [...answers, ...givenBack].map(({ claim }) => claim);

/** A claim is about the task of its summary, and an answer about the kind of its claim. */
const checkClaims = (summary: TaskSummary): void => {
  const { taskId, answers } = summary;
  for (const { claim, answer } of answers) {
    if (claim.kind === answer.kind) continue;
    throw new DetectError("invalid", `task ${taskId}: an answer of kind ${answer.kind} under a claim on ${claim.kind}`);
  }
  for (const claim of claimsOf(summary)) {
    if (claim.taskId === taskId) continue;
    throw new DetectError("invalid", `task ${taskId}: a claim on task ${claim.taskId} in its summary`);
  }
};
