import { systemClock } from "../../../src/base/clock.ts";
import { MemoryNetwork } from "../../../src/cluster/index.ts";
import { transportSuite } from "./suite.ts";

transportSuite("memory", {
  open: () => {
    const network = new MemoryNetwork({ clock: systemClock, delayMs: () => 1 });
    const transports: { close(): Promise<void> }[] = [];
    return Promise.resolve({
      join: (node) => {
        const address = `${node}:1`;
        const transport = network.transport({ node, address });
        transports.push(transport);
        return Promise.resolve({ transport, address });
      },
      nowhere: () => Promise.resolve("nowhere:1"),
      close: async () => {
        await Promise.all(transports.map((transport) => transport.close()));
      },
    });
  },
});
