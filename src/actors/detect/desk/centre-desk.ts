import type { FetchedTask, OfferedKind, RelayIdentity, TaskClaim, TaskSummary, WantedTasks } from "../centre-port.ts";
import { DetectError } from "../errors.ts";
import type { CentreSetup } from "../setup.ts";
import { kindQueue } from "../work.ts";
import { Announcements } from "./announcements.ts";
import { checkRequest, requestShapes } from "./check-request.ts";
import { FetchTasks } from "./fetch-tasks.ts";
import { claimRef, reportSummary } from "./report-summary.ts";
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

  /** Nothing for a relay that has not announced itself, and for kinds that it does not have in the current version. */
  async fetchTasks(
    relay: RelayIdentity,
    wanted: readonly WantedTasks[],
    taskIds?: readonly string[],
  ): Promise<readonly FetchedTask[]> {
    const by = checkRequest("relay", requestShapes.relay, relay);
    const wants = checkRequest("wanted", requestShapes.wanted, wanted);
    const ids = taskIds === undefined ? undefined : checkRequest("taskIds", requestShapes.taskIds, taskIds);
    return this.#tasks.fetch(by, wants, ids);
  }

  /** @returns the claims that are lost */
  async extend(relay: RelayIdentity, claims: readonly TaskClaim[]): Promise<readonly TaskClaim[]> {
    checkRequest("relay", requestShapes.relay, relay);
    const held = checkRequest("claims", requestShapes.claims, claims);
    if (held.length === 0) return [];
    const { lost } = await this.#setup.space.queue.extend(held.map(claimRef), this.#setup.settings.leaseMs);
    const tokens = new Set(lost.map(({ token }) => token));
    return held.filter(({ token }) => tokens.has(token));
  }

  /** @returns the claims that were lost before: what was said under them counts nothing */
  async report(relay: RelayIdentity, summaries: readonly TaskSummary[]): Promise<readonly TaskClaim[]> {
    const { host } = checkRequest("relay", requestShapes.relay, relay);
    const given = checkRequest("summaries", requestShapes.summaries, summaries);
    given.forEach(checkClaims);
    const { space, settings } = this.#setup;
    const lost: TaskClaim[] = [];
    for (let at = 0; at < given.length; at += atOnce) {
      const written = given
        .slice(at, at + atOnce)
        .map((summary) => reportSummary(space, host, summary, settings.deadlineMs + settings.retainMs));
      lost.push(...(await Promise.all(written)).flat());
      if (settings.skipUseless === true) {
        for (const { taskId } of given.slice(at, at + atOnce)) await skipExecutions(this.#setup, taskId);
      }
    }
    return lost;
  }
}

/** A claim is about the task of its summary, and an answer about the kind of its claim. */
const checkClaims = ({ taskId, answers, givenBack }: TaskSummary): void => {
  for (const { claim, answer } of answers) {
    if (claim.kind === answer.kind) continue;
    throw new DetectError("invalid", `task ${taskId}: an answer of kind ${answer.kind} under a claim on ${claim.kind}`);
  }
  for (const { claim } of [...answers, ...givenBack]) {
    if (claim.taskId === taskId) continue;
    throw new DetectError("invalid", `task ${taskId}: a claim on task ${claim.taskId} in its summary`);
  }
};
