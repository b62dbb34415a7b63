/** Scans whose leading node is remembered; of more, those named first are forgotten: their ends are then found by looking. */
const mostScans = 1_000;

/** Which other node leads a scan, as its hint said last. Shared by what hears hints on a node and its probes. */
export class ScanLeaders {
  readonly #nodes = new Map<string, string>();

  note(taskId: string, node: string): void {
    this.#nodes.delete(taskId);
    this.#nodes.set(taskId, node);
    const [first] = this.#nodes.keys();
    if (this.#nodes.size > mostScans && first !== undefined) this.#nodes.delete(first);
  }

  of(taskId: string): string | undefined {
    return this.#nodes.get(taskId);
  }
}
