import type { ActorView } from "../../src/kernel/index.ts";

/** The actors of a system that have not stopped, as `/path#incarnation`. */
export const pathsOf = (view: ActorView): readonly string[] => [
  ...(view.path === "/" ? [] : [`${view.path}#${view.incarnation}`]),
  ...view.children.flatMap(pathsOf),
];

/** Mailboxes that hold more than they may (I12). */
export const overfullMailboxes = (view: ActorView): readonly string[] => {
  const { waiting, capacity } = view.mailbox;
  return [
    ...(waiting > capacity ? [`${view.path}: ${waiting} messages of at most ${capacity}`] : []),
    ...view.children.flatMap(overfullMailboxes),
  ];
};
