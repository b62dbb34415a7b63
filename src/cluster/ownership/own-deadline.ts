/** Until when this node may act as an owner without having heard of its lease again, on its own monotonic clock in milliseconds. */
export class OwnDeadline {
  untilMs = Number.NEGATIVE_INFINITY;
}
