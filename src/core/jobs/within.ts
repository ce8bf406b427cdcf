/**
 * Gives up waiting after `limitMs`; the promise itself goes on, and how it ends then goes unnoticed.
 * @throws what the promise throws, or an error that names the limit
 */
export async function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`no answer within ${limitMs} ms`)), limitMs);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
