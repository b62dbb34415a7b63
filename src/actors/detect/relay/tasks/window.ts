import type { TaskType } from "../../../../engines/malware/index.ts";
import type { UnmetClaim } from "./tasks-protocol.ts";

/** What a detector has asked for in one window: the maximum of its claims for each type, never their sum (RELAY-10). */
type Asked = Map<TaskType, number>;

/** What a detector wants of certain tasks. */
interface AskedById {
  readonly asked: Asked;
  readonly taskIds: Set<string>;
}

const mostTaskIds = 256;

/** The claims since the last fetch, for the next one (RELAY-9). */
export class ClaimWindow {
  readonly #any = new Map<string, Asked>();
  readonly #byId = new Map<string, AskedById>();

  get empty(): boolean {
    return this.#any.size === 0 && this.#byId.size === 0;
  }

  add({ detector, wants, taskIds }: UnmetClaim): void {
    if (taskIds === undefined) {
      const asked = this.#any.get(detector) ?? new Map<TaskType, number>();
      this.#any.set(detector, asked);
      raise(asked, wants);
      return;
    }
    const certain = this.#byId.get(detector) ?? { asked: new Map<TaskType, number>(), taskIds: new Set<string>() };
    this.#byId.set(detector, certain);
    raise(certain.asked, wants);
    for (const taskId of taskIds) if (certain.taskIds.size < mostTaskIds) certain.taskIds.add(taskId);
  }

  /** The detector was given a task: it wants one less. */
  given(detector: string, taskType: TaskType): void {
    const asked = this.#any.get(detector);
    const count = asked?.get(taskType);
    if (count !== undefined) asked?.set(taskType, Math.max(0, count - 1));
  }

  gone(detector: string): void {
    this.#any.delete(detector);
    this.#byId.delete(detector);
  }

  /** What was asked for, one entry for each detector; those of certain tasks apart. The next window is empty. */
  take(): { readonly any: readonly UnmetClaim[]; readonly byId: readonly UnmetClaim[] } {
    const any = [...this.#any].map(([detector, asked]) => ({ detector, wants: wantsOf(asked), taskIds: undefined }));
    const byId = [...this.#byId].map(([detector, { asked, taskIds }]) => ({
      ...{ detector, wants: wantsOf(asked) },
      taskIds: [...taskIds],
    }));
    this.#any.clear();
    this.#byId.clear();
    return { any, byId };
  }
}

const raise = (asked: Asked, wants: UnmetClaim["wants"]): void => {
  for (const { taskType, count } of wants) asked.set(taskType, Math.max(count, asked.get(taskType) ?? 0));
};

const wantsOf = (asked: Asked): UnmetClaim["wants"] =>
  [...asked].map(([taskType, count]) => ({ taskType, count })).filter(({ count }) => count > 0);
