import type { Space } from "../../../store/index.ts";
import type { CentrePort, RelayIdentity } from "../centre-port.ts";
import type { RelayDesk } from "./desk.ts";
import type { ObjectFiles } from "./objects/object-files.ts";
import type { DetectorProcesses } from "./processes/detector-process.ts";
import type { RelaySettings } from "./settings.ts";

/** What listens for the detectors of the host. */
export interface RelayDoor {
  /** Ends its connections. Idempotent. */
  close(): Promise<void>;
}

/**
 * Opens the door of the relay: whoever comes through it talks to `desk`.
 * @returns `undefined`: another relay answers there
 */
export type OpenRelayDoor = (desk: RelayDesk) => Promise<RelayDoor | undefined>;

/** What the relay of a host is made from. */
export interface RelaySetup {
  /** Machine id, and a name of this life of the node that no other life has. */
  readonly identity: RelayIdentity;
  readonly centre: CentrePort;
  /** The space `detect`: the lease of the host is there. */
  readonly space: Space;
  /** Node id and incarnation: the owner of the lease. */
  readonly owner: string;
  readonly openDoor: OpenRelayDoor;
  readonly settings: RelaySettings;
  /** Where objects lie. Absent: in the folder of the settings. */
  readonly files?: ObjectFiles;
  /** Detectors that the relay starts and ends. Absent: all of them come by themselves. */
  readonly processes?: DetectorProcesses;
}
