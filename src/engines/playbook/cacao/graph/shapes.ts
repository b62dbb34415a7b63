import type { GraphNode } from "./graph.ts";
import type { Box } from "./layout.ts";

const slant = 12;
const bar = 7;

/** The outline of a step: a pill where a workflow begins and ends, pointed where it chooses, slanted where it parts, else a rectangle. */
export const outlineOf = (type: GraphNode["type"], box: Box): string => {
  const left = box.x - box.width / 2;
  const top = box.y - box.height / 2;
  const { width, height } = box;
  switch (type) {
    case "start":
    case "end":
      return rectangle(left, top, width, height, height / 2);
    case "action":
      return rectangle(left, top, width, height, 6);
    case "playbook-action":
      return (
        rectangle(left, top, width, height, 2) + line(left + bar, top, height) + line(left + width - bar, top, height)
      );
    case "parallel":
      return polygon([
        [left + slant, top],
        [left + width, top],
        [left + width - slant, top + height],
        [left, top + height],
      ]);
    case "if-condition":
    case "while-condition":
    case "switch-condition":
      return polygon([
        [left + slant, top],
        [left + width - slant, top],
        [left + width, box.y],
        [left + width - slant, top + height],
        [left + slant, top + height],
        [left, box.y],
      ]);
  }
};

/** A number as it stands in the document. */
export const coordinate = (value: number): string => String(Math.round(value * 10) / 10);

const rectangle = (x: number, y: number, width: number, height: number, radius: number): string =>
  `<rect x="${coordinate(x)}" y="${coordinate(y)}" width="${coordinate(width)}" height="${coordinate(height)}" rx="${coordinate(radius)}"/>`;

const line = (x: number, y: number, height: number): string =>
  `<path d="M${coordinate(x)} ${coordinate(y)}v${coordinate(height)}"/>`;

const polygon = (points: readonly (readonly [number, number])[]): string =>
  `<polygon points="${points.map(([x, y]) => `${coordinate(x)},${coordinate(y)}`).join(" ")}"/>`;
