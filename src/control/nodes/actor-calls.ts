import type { LinkView, MemberView } from "../../cluster/index.ts";
import type { ActorSystem } from "../../kernel/index.ts";
import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import { controlService, type NodeActors } from "../../wire/index.ts";
import type { Call } from "../calls/call.ts";
import type { CallServer } from "../calls/call-server.ts";
import { ControlError } from "../errors.ts";
import { pause } from "../../base/pause.ts";
import { nodeActors, unplaced } from "./actor-tree.ts";
import type { Onward, PassOn } from "./pass-on.ts";

/** Beside a node that does not answer the others are shown after this long. */
const oneTreeMs = 2_000;
/** So that the trees of all nodes together fit into a message. */
const mostBytes = 3 * 1024 * 1024;

export interface ActorCallsSetup {
  readonly calls: CallServer;
  readonly system: ActorSystem;
  readonly passOn: PassOn;
  readonly members: () => Promise<readonly MemberView[]>;
  /** Of this node to the others. */
  readonly links: () => readonly LinkView[];
  readonly clock: Clock;
}

type ActorRequest = { readonly node: string; readonly path: string };

/** Actors of this node and, through their own control services, of the others: seen, stopped, killed, restarted. */
export const serveActors = ({ calls, system, passOn, members, links, clock }: ActorCallsSetup): void => {
  const onActor =
    (
      change: (path: string) => Promise<boolean>,
      method: typeof controlService.stopActor,
    ): ((request: ActorRequest, call: Call) => Promise<object>) =>
    (request, call) => {
      call.concerns(request.path);
      const here = async (): Promise<object> => {
        if (await change(checkedPath(request.path))) return {};
        throw unknownActor(passOn.self, request.path);
      };
      return passOn.serve(request.node, call, here, ({ connection, options }) =>
        connection.call(method, request, options),
      );
    };

  const stop = async (path: string): Promise<boolean> => {
    const address = system.find(path);
    if (address === undefined) return false;
    await system.stopActor(address);
    return true;
  };
  calls.unary(controlService.stopActor, onActor(stop, controlService.stopActor));
  calls.unary(
    controlService.killActor,
    onActor((path) => Promise.resolve(system.kill(path, "asked for by an operator")), controlService.killActor),
  );
  calls.unary(
    controlService.restartActor,
    onActor((path) => Promise.resolve(system.restart(path)), controlService.restartActor),
  );

  const treeOf = (node: string, call: Call): Promise<NodeActors> =>
    passOn.serve(
      node,
      call,
      () => Promise.resolve(nodeActors(passOn.self, system.tree())),
      (onward) => remoteTree(node, onward),
      oneTreeMs,
    );

  const treesOf = async (node: string, call: Call): Promise<NodeActors[]> => {
    if (node !== "*") return [await treeOf(node, call)];
    // Of one that was declared dead it is said that it is.
    const there = (await members()).filter(({ state }) => state !== "left");
    const trees = await Promise.all(
      there.map(async ({ id, state }) => {
        const tree = await treeOf(id, call).catch((error: unknown) => ({ node: id, error: asError(error).message }));
        return { ...tree, state, link: links().find(({ node: peer }) => peer === id)?.state ?? "" };
      }),
    );
    return fitting(trees);
  };

  calls.stream(controlService.watchActors, async function* ({ node, intervalMs }, call) {
    do {
      yield { nodes: await treesOf(node, call) };
      if (intervalMs === 0) return;
      await pause(clock, intervalMs, call.signal);
    } while (!call.signal.aborted);
  });
};

const remoteTree = async (node: string, { connection, options }: Onward): Promise<NodeActors> => {
  const answers = connection.stream(controlService.watchActors, { node, intervalMs: 0 }, options);
  for await (const { nodes } of answers) {
    const [first] = nodes;
    if (first !== undefined) return first;
  }
  return { ...unplaced, node, error: "it answered without a tree" };
};

const fitting = (trees: readonly NodeActors[]): NodeActors[] => {
  let bytes = 0;
  return trees.map((tree) => {
    bytes += controlService.watchActors.response.encode({ nodes: [tree] }).length;
    const { node, state, link } = tree;
    return bytes <= mostBytes
      ? tree
      : { node, state, link, error: "too many actors for one answer: ask for this node alone" };
  });
};

const checkedPath = (path: string): string => {
  if (path !== "/") return path;
  throw new ControlError("invalid", "path: / is the node itself: drain it instead");
};

const unknownActor = (node: string, path: string): ControlError =>
  new ControlError("actor-unknown", `there is no actor ${path} on node ${node}: see cluster tree`, {
    ids: { node, path },
  });
