/** How the scan actors of a node, and who ends scans on it, reach those of the other nodes. No call fails; what is told may be lost. */
export interface ScanPeers {
  /** Tells every node, this one too, that claims of the scan may be over. */
  check(taskId: string): void;
  /** Tells the other nodes that subtasks wait of a scan that is led here. */
  work(taskId: string): void;
  /** Tells the node that leads the scan that a subtask of it has ended here. */
  subtaskEnded(taskId: string, leader: string): void;
}

/** Of a node that is alone. */
export const noPeers: ScanPeers = {
  check: () => undefined,
  work: () => undefined,
  subtaskEnded: () => undefined,
};
