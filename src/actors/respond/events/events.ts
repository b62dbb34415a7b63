import type { SecurityEvent } from "../../../engines/events/index.ts";
import type { CatalogSource } from "../../../engines/playbook/index.ts";
import type { Page, PageRequest, StoredRecord } from "../../../store/index.ts";
import { listViews } from "../../listing/list-views.ts";
import { eventKey, eventsByTime, eventTimeKey } from "../records/keys.ts";
import { eventView, parseEventRecord } from "../records/event-record.ts";
import type { EventState, EventView, Suppression } from "../views.ts";
import { checkKey, eventQueue, keyOf, parseEventWork } from "../work.ts";
import { EventWriter, type Accepted, type EventWriterSetup } from "./event-writer.ts";
import { readWindows } from "../intake/windows.ts";

export interface EventListing extends PageRequest {
  /** Only events that are in one of these states; all when absent. */
  readonly states?: readonly EventState[];
}

/** What an event would start now. */
export interface Explanation {
  /** Version of the catalog that says so. */
  readonly catalog: string;
  readonly choices: readonly {
    readonly binding: string;
    readonly title: string | undefined;
    readonly playbook: { readonly id: string; readonly version: string };
    readonly priority: number;
    readonly because: string;
    /** What the binding gives to variables, by name. */
    readonly variables: Readonly<Record<string, string>>;
    /** It would not be started: its binding has had such an event, or enough of them, lately. */
    readonly suppressed: Suppression["reason"] | undefined;
  }[];
}

export interface EventsSetup extends EventWriterSetup {
  readonly catalog: CatalogSource;
}

const defaultPage = 100;

/** The events of a space as those see them who report and watch. Every call may reject with a StoreError. */
export class Events {
  readonly #setup: EventsSetup;
  readonly #writer: EventWriter;

  constructor(setup: EventsSetup) {
    this.#setup = setup;
    this.#writer = new EventWriter(setup);
  }

  /**
   * Stores events; they are accepted once this has resolved (SOAR-2): all of the call, or none. An event with the key of one that was
   * accepted in the last day changes nothing. Calls that come while others are being stored are stored together.
   * @param events 0 … `eventBounds.batch`, each as `parseEvent` returns it
   * @param trace `traceparent` of the call that reports them
   * @throws RespondError `queue-full` (retryable, `ids.retryInMs`), `invalid`
   */
  accept(events: readonly SecurityEvent[], trace?: string): Promise<Accepted> {
    return this.#writer.accept(events, trace);
  }

  /** @param key `<source>/<id>`. `undefined`: there is no such event, or it is forgotten. */
  async get(key: string): Promise<EventView | undefined> {
    checkKey(key);
    const { space } = this.#setup;
    const record = await space.records.get(eventKey(key));
    if (record !== undefined) return eventView(parseEventRecord(record.value));
    const item = await space.queue.get(eventQueue, key);
    if (item?.body !== undefined) {
      const { event, receivedAtMs } = parseEventWork(item.body);
      const state = item.status === "dead" ? "dead" : "waiting";
      return { key, state, event, receivedAtMs, decidedAtMs: undefined, catalog: undefined, runs: [], suppressed: [] };
    }
    // It may have been decided between the reads.
    const decided = item === undefined ? undefined : await space.records.get(eventKey(key));
    return decided === undefined ? undefined : eventView(parseEventRecord(decided.value));
  }

  /** The latest first. `next` of a page continues it: events that are accepted meanwhile come before its first one. */
  list({ limit = defaultPage, after, states }: EventListing = {}): Promise<Page<EventView>> {
    return listViews(
      {
        ...{ ...this.#setup, prefix: eventsByTime },
        viewsOf: (entries) => this.#indexed(entries),
        isWanted: ({ state }) => states?.includes(state) ?? true,
      },
      { limit, after },
    );
  }

  /** What this event would start now. Nothing is stored. */
  async explain(event: SecurityEvent): Promise<Explanation> {
    const { space, clock, catalog } = this.#setup;
    const current = catalog.current();
    const choices = current.choose(event);
    const windows = await readWindows(space, choices, clock.wallMs());
    return {
      catalog: current.version,
      choices: choices.map((choice) => {
        const { binding, playbook, because, variables } = choice;
        return {
          binding: binding.id,
          title: binding.title,
          playbook: { id: playbook.id, version: playbook.version },
          priority: binding.priority,
          because,
          variables,
          suppressed: windows.admit(choice, keyOf(event)),
        };
      }),
    };
  }

  /** An entry of the index is left behind by an event that was reported again: that one is listed at its first place. */
  async #indexed(rows: readonly StoredRecord[]): Promise<readonly EventView[]> {
    const entries = rows.flatMap(({ key: entry, value }) => (typeof value === "string" ? [{ entry, key: value }] : []));
    const decided = await this.#setup.space.records.getMany(entries.map(({ key }) => eventKey(key)));
    const views = await Promise.all(
      entries.map(async ({ entry, key }, at) => {
        const record = decided[at];
        const view = record === undefined ? await this.get(key) : eventView(parseEventRecord(record.value));
        return view !== undefined && eventTimeKey(view.receivedAtMs, key) === entry ? [view] : [];
      }),
    );
    return views.flat();
  }
}
