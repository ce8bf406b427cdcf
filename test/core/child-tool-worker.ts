import { type ChildOperations, serveChild } from '../../src/core/child-worker.ts';

const hoard: unknown[] = [];

const operations = {
  echo: async ({ text }: { readonly text: string }) => ({ text, pid: process.pid }),
  fail: async () => {
    throw new Error('told to fail');
  },
  crash: async () => {
    process.stderr.write('last words\n');
    process.exit(7);
  },
  hang: () => new Promise<never>(() => {}),
  spin: async () => {
    for (;;);
  },
  swellOutside: async () => {
    for (let count = 0; count < 40; count += 1) {
      hoard.push(Buffer.alloc(32 * 1024 * 1024, 1));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return new Promise<never>(() => {});
  },
  swellInside: async () => {
    for (;;) hoard.push(Array.from({ length: 100_000 }, (_, index) => ({ index })));
  },
  environment: async () => Object.keys(process.env),
  wait: async ({ ms, name }: { readonly ms: number; readonly name: string }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { name, endedAt: Date.now() };
  },
} satisfies ChildOperations;
export type TestOperations = typeof operations;

serveChild(operations);
