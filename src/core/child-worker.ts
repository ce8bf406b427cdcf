/** The child's end of a child tool. */

/** What a worker file serves: named functions whose inputs and outputs survive JSON. */
export type ChildOperations = Readonly<Record<string, (input: never) => Promise<unknown>>>;

interface ChildQuestion {
  readonly name: string;
  readonly input: unknown;
}

/** What goes back for each question. Of what an operation throws only the message crosses the channel. */
export type ChildAnswer =
  | { readonly outcome: 'done'; readonly value: unknown }
  | { readonly outcome: 'threw'; readonly message: string };

/**
 * Answers questions until the parent is gone. A terminal's Ctrl-C reaches the whole process group: the parent
 * may still want the answer, so only the closed channel, or a kill, ends a child.
 */
export function serveChild(operations: ChildOperations): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => process.exit());
  process.on('message', (question: ChildQuestion) => {
    void answer(operations, question).then((reply) => process.send?.(reply));
  });
}

async function answer(operations: ChildOperations, { name, input }: ChildQuestion): Promise<ChildAnswer> {
  const operation = operations[name];
  if (operation === undefined) return { outcome: 'threw', message: `no operation is called ${name}` };
  try {
    // The parent's type says that this input belongs to this operation.
    return { outcome: 'done', value: await operation(input as never) };
  } catch (error) {
    return { outcome: 'threw', message: error instanceof Error ? error.message : String(error) };
  }
}
