/** A binary heap: the smallest item is at hand, and adding or taking one costs log n. */
export interface Heap<Item> {
  readonly size: number;
  /** The smallest item, left where it is. */
  peek(): Item | undefined;
  /** Takes the smallest item. */
  pop(): Item | undefined;
  push(item: Item): void;
  clear(): void;
}

/** @param isBefore a strict total order: for two items exactly one direction is true */
export function createHeap<Item>(isBefore: (one: Item, other: Item) => boolean): Heap<Item> {
  const items: Item[] = [];

  function rise(item: Item): void {
    let index = items.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = items[parentIndex];
      if (parent === undefined || !isBefore(item, parent)) break;
      items[index] = parent;
      index = parentIndex;
    }
    items[index] = item;
  }

  /** Puts `item` where the root was. */
  function sink(item: Item): void {
    let index = 0;
    for (;;) {
      const leftIndex = 2 * index + 1;
      const left = items[leftIndex];
      if (left === undefined) break;
      const right = items[leftIndex + 1];
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (!isBefore(child, item)) break;
      items[index] = child;
      index = isRight ? leftIndex + 1 : leftIndex;
    }
    items[index] = item;
  }

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    pop() {
      const smallest = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(last);
      return smallest;
    },
    push: rise,
    clear() {
      items.length = 0;
    },
  };
}
