/** A value that cannot be printed by accident. */

/** Only `reveal` gives the value away; printed, logged or serialised it reads `[secret]`. */
export interface Secret {
  /** The value itself: for a header, a signature, a connection. */
  reveal(): string;
  toString(): string;
  toJSON(): string;
}

/** Whatever prints, logs or serialises it sees `[secret]`. */
export function createSecret(value: string): Secret {
  const hidden = (): string => '[secret]';
  return Object.freeze({
    reveal: () => value,
    toString: hidden,
    toJSON: hidden,
    [Symbol.toPrimitive]: hidden,
    [Symbol.for('nodejs.util.inspect.custom')]: hidden,
  });
}
