import { KernelError, type Address } from "../../../kernel/index.ts";
import { DetectError } from "../errors.ts";
import { checkCall } from "./check-calls.ts";
import type { AssignedTask, Heartbeat, HeartbeatAnswer, ResultReport, TaskClaimRequest } from "./desk-calls.ts";
import type { DetectorsMessage, DetectorView } from "./detectors/detectors-protocol.ts";
import type { ObjectCounts, ObjectsMessage, ObjectView } from "./objects/objects-protocol.ts";
import { readObject } from "./objects/read-object.ts";
import type { TaskCounts, TasksMessage } from "./tasks/tasks-protocol.ts";

/** What the relay has now. */
export interface RelayView {
  readonly detectors: readonly DetectorView[];
  readonly objects: readonly ObjectView[];
  readonly objectCounts: ObjectCounts;
  readonly taskCounts: TaskCounts;
}

/** The three managers of a relay. */
export interface RelayManagers {
  readonly detectors: Address<DetectorsMessage>;
  readonly tasks: Address<TasksMessage>;
  readonly objects: Address<ObjectsMessage>;
}

const answerMs = 5_000;

/**
 * Where the detectors of a host talk to its relay. A detector first sends a heartbeat, which makes its instance; what comes from one that has
 * none is refused with `not-found`, and it has to send a heartbeat again. Calls that break a bound are refused with `invalid`; while the relay
 * begins or ends, all are refused with `unavailable`.
 */
export class RelayDesk {
  #managers: RelayManagers | undefined;

  /** The door is open before the managers begin: they own files of the host, as only one relay may. */
  begin(managers: RelayManagers): void {
    this.#managers = managers;
  }

  async heartbeat(heartbeat: Heartbeat): Promise<HeartbeatAnswer> {
    checkCall("heartbeat", heartbeat);
    return answered(
      this.#begun().detectors.ask<HeartbeatAnswer>((replyTo) => ({ type: "heartbeat", heartbeat, replyTo }), answerMs),
    );
  }

  /**
   * Tasks that are ready, at most as many as are wanted. With none it waits for the first, at most `waitMs`.
   * @param signal the detector does not wait any more: what it would have got stays
   */
  async claimTasks(claim: TaskClaimRequest, signal?: AbortSignal): Promise<readonly AssignedTask[]> {
    checkCall("claim", claim);
    return answered(
      this.#begun().detectors.ask<readonly AssignedTask[]>(
        (replyTo) => ({ type: "claim", claim, replyTo }),
        claim.waitMs + answerMs,
        signal,
      ),
    );
  }

  /**
   * The bytes of the object of a task that the detector has, in chunks of at most 64 KiB.
   * @throws DetectError `not-found`: it has no such task, or the object was deleted before its time
   */
  async *fetchObject(detector: string, sha256: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    checkCall("object", { detector, sha256 });
    const path = await answered(
      this.#begun().objects.ask<string | undefined>(
        (replyTo) => ({ type: "locate", detector, sha256, replyTo }),
        answerMs,
        signal,
      ),
    );
    if (path === undefined) {
      throw new DetectError("not-found", `${detector} has no task with the object ${sha256}, or it is deleted`);
    }
    yield* readObject(path, signal);
  }

  /** Resolves when the results are with the relay, which brings them to the centre. */
  async reportResults(report: ResultReport): Promise<void> {
    checkCall("report", report);
    await answered(this.#begun().detectors.ask<"taken">((replyTo) => ({ type: "report", report, replyTo }), answerMs));
  }

  /** For listings and statistics. */
  async view(): Promise<RelayView> {
    const { detectors, tasks, objects } = this.#begun();
    const [detectorViews, taskCounts, kept] = await answered(
      Promise.all([
        detectors.ask<readonly DetectorView[]>((replyTo) => ({ type: "view", replyTo }), answerMs),
        tasks.ask<TaskCounts>((replyTo) => ({ type: "view", replyTo }), answerMs),
        objects.ask<{ readonly counts: ObjectCounts; readonly objects: readonly ObjectView[] }>(
          (replyTo) => ({ type: "view", replyTo }),
          answerMs,
        ),
      ]),
    );
    return { detectors: detectorViews, objects: kept.objects, objectCounts: kept.counts, taskCounts };
  }

  #begun(): RelayManagers {
    if (this.#managers !== undefined) return this.#managers;
    throw new DetectError("unavailable", "the relay of this host begins", { retryable: true });
  }
}

/** An actor that does not answer is a relay that begins, ends or has too much to do. */
const answered = async <Answer>(asked: Promise<Answer>): Promise<Answer> => {
  try {
    return await asked;
  } catch (thrown) {
    if (!(thrown instanceof KernelError)) throw thrown;
    throw new DetectError("unavailable", "the relay of this host does not answer now", {
      retryable: true,
      cause: thrown,
    });
  }
};
