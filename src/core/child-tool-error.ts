/**
 * - `timeout`, `memory`: the child went over a limit and was killed.
 * - `crash`: the child ended by itself, in native code or otherwise.
 * - `failed`: the operation threw; the message is its own.
 * - `closed`: the tool was closed before the operation ended.
 */
export type ChildToolErrorKind = 'timeout' | 'memory' | 'crash' | 'failed' | 'closed';

/** Thrown for every operation of a child tool that gave no result. */
export class ChildToolError extends Error {
  override readonly name = 'ChildToolError';
  readonly kind: ChildToolErrorKind;

  constructor(kind: ChildToolErrorKind, message: string) {
    super(message);
    this.kind = kind;
  }
}
