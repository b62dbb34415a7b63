import assert from "node:assert/strict";
import { DOMParser } from "@xmldom/xmldom";
import { graphSvg } from "../../../../../../src/engines/playbook/cacao/graph/graph-svg.ts";
import { graphText } from "../../../../../../src/engines/playbook/cacao/graph/graph-text.ts";
import { type Graph, type GraphEdge, graphOf } from "../../../../../../src/engines/playbook/cacao/graph/graph.ts";
import { type Box, layoutOf } from "../../../../../../src/engines/playbook/cacao/graph/layout.ts";
import { parseCondition } from "../../../../../../src/engines/playbook/cacao/condition/parse-condition.ts";
import { parseReference } from "../../../../../../src/engines/playbook/cacao/variables/parse-reference.ts";
import type { CacaoPlaybook } from "../../../../../../src/engines/playbook/cacao/model/playbook.ts";
import type { Step } from "../../../../../../src/engines/playbook/cacao/model/step.ts";

const edge = (from: string, to: string, kind: GraphEdge["kind"], label: string = kind): GraphEdge => ({
  from,
  to,
  kind,
  label,
});

const base = { description: undefined, owner: undefined, delayMs: 0, timeoutMs: undefined, variables: new Map() };
const step = <S extends object>(id: string, more: S) => ({
  ...base,
  id,
  name: undefined,
  onSuccess: undefined,
  onFailure: undefined,
  ...more,
});
const condition = parseCondition("EXISTS __a__:value");
const action = { type: "action", commands: [], agent: "a", targets: [], inArgs: [], outArgs: [] } as const;
const steps: readonly Step[] = [
  step("s", { type: "start", onSuccess: "p" } as const),
  step("p", { type: "parallel", branches: ["i", "w"], onSuccess: "sw" } as const),
  step("i", { type: "if-condition", condition, onTrue: "e1", onFalse: "e2" } as const),
  step("w", { type: "while-condition", condition, onTrue: "a" } as const),
  step("a", {
    ...action,
    name: 'Look <up> & "tell" \u202eit\u0007 ' + "long".repeat(40),
    onSuccess: "e3",
    onFailure: "x",
  } as const),
  step("sw", {
    type: "switch-condition",
    switch: parseReference("__a__"),
    cases: new Map([
      ["high", "e4"],
      ["default", "e5"],
    ]),
    onSuccess: "e",
  } as const),
  ...["e1", "e2", "e3", "e4", "e5", "e"].map((id) => step(id, { type: "end" } as const)),
  step("x", { ...action, name: "</text><script>alert(1)</script>" } as const),
];
const playbook: CacaoPlaybook = {
  id: "playbook--1",
  name: "A & <b> \u{1f701}",
  description: undefined,
  createdBy: "i",
  modified: "",
  revoked: false,
  validFromMs: undefined,
  validUntilMs: undefined,
  markings: [],
  variables: new Map(),
  start: "s",
  exception: "x",
  steps: new Map(steps.map((each) => [each.id, each])),
  agents: new Map(),
  targets: new Map(),
  authentications: new Map(),
};

const overlap = (a: Box, b: Box): boolean =>
  Math.abs(a.x - b.x) * 2 < a.width + b.width - 1 && Math.abs(a.y - b.y) * 2 < a.height + b.height - 1;

const overlapping = (graph: Graph): readonly string[] => {
  const { nodes, edges, width, height } = layoutOf(graph, (text) => text);
  const boxes = [
    ...nodes.map((box) => ({ ...box, is: box.node.id })),
    ...edges.map(({ edge: { from, to, kind }, label }) => ({ ...label, is: `${from} ${kind} ${to}` })),
  ];
  for (const box of boxes) {
    assert.ok(box.x - box.width / 2 >= 0 && box.x + box.width / 2 <= width, box.is);
    assert.ok(box.y - box.height / 2 >= 0 && box.y + box.height / 2 <= height, box.is);
  }
  return boxes.flatMap((box, at) =>
    boxes
      .slice(at + 1)
      .filter((other) => overlap(box, other))
      .map((other) => `${box.is} / ${other.is}`),
  );
};

const chained = (size: number): Graph => {
  const ids = Array.from({ length: size }, (_, at) => `n${at}`);
  const nodes = ids.map((id) => ({ id, type: "action" as const, name: `Step ${id} with a name of some length` }));
  const edges = ids
    .slice(1)
    .flatMap((id, at) => [
      edge(`n${Math.floor(at / (at % 4 === 0 ? 2 : 1))}`, id, "success", "on success"),
      ...(at % 3 === 0 ? [edge(id, `n${(at * 7) % size}`, "failure", "on failure")] : []),
    ]);
  return { title: "big", start: "n0", nodes, edges };
};

describe("the graph of a playbook", () => {
  const graph = graphOf(playbook);

  it("has every step, and every way between them with what it is", () => {
    assert.deepEqual(
      graph.nodes.map(({ id }) => id),
      steps.map(({ id }) => id),
    );
    assert.deepEqual(
      new Set(graph.edges.map(({ from, to, label }) => `${from} ${label} ${to}`)),
      new Set([
        "s on success p",
        "p branch 1 i",
        "p branch 2 w",
        "p on success sw",
        "i true e1",
        "i false e2",
        "w while true a",
        "a on failure x",
        "a on success e3",
        "sw case high e4",
        "sw default e5",
        "sw on success e",
        "s exception x",
      ]),
    );
  });

  it("is a document in which every step and way stands, and nothing that names could bring in", () => {
    const problems: string[] = [];
    const svg = graphSvg(graph);
    const document = new DOMParser({ onError: (_level, message) => void problems.push(message) }).parseFromString(
      svg,
      "image/svg+xml",
    );
    assert.deepEqual(problems, []);
    const groups = Array.from(document.getElementsByTagName("g"));
    const stepsShown = groups.map((each) => each.getAttribute("data-step")).filter((id) => id !== null);
    assert.deepEqual(stepsShown.toSorted(), steps.map(({ id }) => id).toSorted());
    const ways = groups.filter((each) => each.hasAttribute("data-from"));
    assert.deepEqual(
      ways.map((each) => ["from", "kind", "to"].map((key) => each.getAttribute(`data-${key}`)).join(" ")).toSorted(),
      graph.edges.map(({ from, kind, to }) => `${from} ${kind} ${to}`).toSorted(),
    );
    for (const way of ways)
      assert.match(way.getElementsByTagName("path")[0]?.getAttribute("d") ?? "", /^M[-\d. ]+.*L[-\d. ]+$/);
    assert.equal(document.getElementsByTagName("script").length, 0);
    assert.equal(document.getElementsByTagName("title")[0]?.textContent, "A & <b> \u{1f701}");
    assert.equal(/\u202e|href|NaN|undefined/.test(svg), false);
    assert.equal(svg.includes("\u0007"), false);
  });

  it("is laid out so that nothing lies on another", () => {
    for (const each of [graph, chained(40), chained(120)]) assert.deepEqual(overlapping(each), []);
  }).timeout(20_000);

  it("is drawn with a step that leads to itself, and refused when it is too large for a picture", () => {
    const self: Graph = {
      title: "",
      start: "a",
      nodes: [{ id: "a", type: "action", name: "" }],
      edges: [edge("a", "a", "failure")],
    };
    assert.match(graphSvg(self), /data-to="a"/);
    assert.throws(() => graphSvg(chained(501)), { code: "too-large" });
    assert.throws(() => graphSvg({ ...self, edges: [edge("a", "b", "true")] }), RangeError);
  });

  it("is a tree in text, in which loops and joins name the step", () => {
    const nodes = ["a", "b", "c", "d"].map((id) => ({ id, type: "action" as const, name: `Step ${id}\u001b[31m` }));
    const edges = [
      edge("a", "b", "true"),
      edge("b", "a", "success"),
      edge("a", "c", "false"),
      edge("c", "b", "success"),
    ];
    assert.equal(
      graphText({ title: "T", start: "a", nodes, edges }),
      [
        "T",
        "[1] action: Step a [31m",
        "  true:",
        "    [2] action: Step b [31m",
        "    ↑ back to [1] Step a [31m",
        "  false:",
        "    [3] action: Step c [31m",
        "    → on to [2] Step b [31m",
        "no step leads to:",
        "  [4] action: Step d [31m",
        "",
      ].join("\n"),
    );
  });

  it("is a text of bounded depth for thousands of steps inside each other", () => {
    const ids = Array.from({ length: 2_000 }, (_, at) => `n${at}`);
    const nodes = ids.map((id) => ({ id, type: "if-condition" as const, name: id }));
    const edges = ids.slice(1).map((id, at) => edge(`n${at}`, id, "true"));
    const lines = graphText({ title: "", start: "n0", nodes, edges }).split("\n");
    assert.equal(lines.filter((line) => line.includes("if-condition")).length, 2_000);
    assert.ok(Math.max(...lines.map((line) => line.length)) < 100);
  });
});
