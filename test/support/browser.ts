/** A real Chromium for the tests of the page. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';

const usualPlaces = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Only what the test itself asks for goes over the network. */
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** `TEST_CHROMIUM`, or where Debian and others put it; null when there is none. */
export function findChromium(): string | null {
  const named = process.env.TEST_CHROMIUM;
  if (named !== undefined) return existsSync(named) ? named : null;
  return usualPlaces.find((path) => existsSync(path)) ?? null;
}

export function launchChromium(executablePath: string): Promise<Browser> {
  return chromium.launch({ executablePath, headless: true, args: quiet });
}

/**
 * A suite that needs a browser. Without one it is reported as skipped, by a name that says why; with `CI=true`
 * a test of that name fails instead, so that a build cannot pass by not looking.
 */
export function describeInChromium(name: string, suite: (executablePath: string) => void): void {
  const path = findChromium();
  if (path !== null) describe(name, () => suite(path));
  else if (process.env.CI === 'true')
    test(`Chromium must be there in CI (${name})`, () => expect.fail('no Chromium found'));
  else test.skip(`${name}: skipped, there is no Chromium`, () => {});
}
