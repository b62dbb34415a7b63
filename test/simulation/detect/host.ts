import type { OpenRelayDoor, RelayDesk } from "../../../src/actors/detect/index.ts";
import type { Enter } from "../event-loop.ts";

/** Where the detectors of a host reach its relay. */
interface Door {
  /** Incarnation of the relay. */
  readonly relay: string;
  readonly desk: RelayDesk;
  /** Lets something happen in the process of the relay. */
  readonly enter: Enter;
}

/** One machine with its detectors, and with nodes of which one at a time is its relay. */
export class Host {
  readonly id: string;
  #door: Door | undefined;

  constructor(id: string) {
    this.id = id;
  }

  get door(): Door | undefined {
    return this.#door;
  }

  /** How a node of the host opens the door. */
  opening(relay: string, enter: Enter): OpenRelayDoor {
    return (desk) => {
      if (this.#door !== undefined) return Promise.resolve(undefined);
      const door = { relay, desk, enter };
      this.#door = door;
      const close = (): Promise<void> => {
        if (this.#door === door) this.#door = undefined;
        return Promise.resolve();
      };
      return Promise.resolve({ close });
    };
  }

  /** A process that ends closes what it has opened. */
  died(relay: string): void {
    if (this.#door?.relay === relay) this.#door = undefined;
  }
}
