import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { systemClock } from "../../../src/base/clock.ts";
import { ClientError, Connection } from "../../../src/client/index.ts";
import { controlService } from "../../../src/wire/index.ts";
import { until } from "../../support/until.ts";
import { ControlNode, token } from "./control-node.ts";

describe("bounds of the control plane", () => {
  let node: ControlNode;
  beforeEach(async () => {
    node = await ControlNode.start();
  });
  afterEach(() => node.stop());

  it("holds at most 128 connections of whom it does not know, counts the others, and takes who comes with a token", async () => {
    const { port } = new URL(`http://${node.plane.grpcAddress}`);
    const sockets: Socket[] = [];
    let closed = 0;
    for (let index = 0; index < 270; index += 1) {
      const socket = connect({ host: "127.0.0.1", port: Number(port) });
      // One that is turned away is reset.
      socket.on("error", () => undefined);
      socket.on("close", () => (closed += 1));
      sockets.push(socket);
    }
    await until(
      () => node.plane.refusals.of("grpc", "too-many-connections") === 142 && closed === 142,
      () => ({ refusals: node.plane.refusals.all(), closed }),
    );
    assert.equal((await node.client().control.members()).length, 1);
    for (const socket of sockets) socket.destroy();
  });

  it("turns away streams beyond 256 with a time to come back, and takes others once there is room", async () => {
    const connections = Array.from(
      { length: 4 },
      () => new Connection({ address: node.plane.grpcAddress, token, clock: systemClock }),
    );
    const controllers: AbortController[] = [];
    let ticking = 0;
    const refused: ClientError[] = [];
    const watch = async (connection: Connection | undefined): Promise<void> => {
      if (connection === undefined) return;
      const controller = new AbortController();
      controllers.push(controller);
      const options = { timeoutMs: 30_000, signal: controller.signal };
      try {
        const request = { node: "", intervalMs: 60_000 };
        for await (const { nodes } of connection.stream(controlService.watchActors, request, options)) {
          ticking += nodes.length;
        }
      } catch (error) {
        if (error instanceof ClientError && error.code !== "cancelled") refused.push(error);
      }
    };
    const watches = Array.from({ length: 260 }, (_, index) => watch(connections[index % 4]));
    await until(
      () => ticking === 256 && refused.length === 4,
      () => ({ ticking, refused: refused.length }),
    );
    for (const error of refused) {
      assert.deepEqual(
        [error.code, error.reason, error.retryAfterMs],
        ["resource-exhausted", "too-many-streams", 1_000],
      );
    }
    assert.equal(node.plane.refusals.of("grpc", "too-many-streams"), 4);
    for (const controller of controllers) controller.abort();
    await Promise.all(watches);
    const { control } = node.client();
    await until(
      async () => {
        const next = control.watchActors({}, new AbortController().signal)[Symbol.asyncIterator]().next();
        return (await next.catch(() => undefined)) !== undefined;
      },
      () => node.plane.refusals.all(),
    );
    for (const connection of connections) connection.close();
  });
});
