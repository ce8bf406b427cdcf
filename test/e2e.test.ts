/** The main job as a newcomer does it: the real program, its page in a real Chromium, the sandbox's real clips. */
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BotProcess, startBot, temporaryDirectory } from './support/bot-process.ts';
import { describeInChromium, launchChromium } from './support/browser.ts';
import { currentTime, playMuted } from './support/in-page.js';

describeInChromium('from a newcomer’s first visit to a clip', (executablePath) => {
  const directory = temporaryDirectory();
  let bot: BotProcess;
  let browser: Browser;
  let page: Page;
  let picture: Buffer;
  const problems: string[] = [];

  const start = (port = '0'): Promise<BotProcess> =>
    startBot({
      env: {
        DATA_DIR: directory,
        PORT: port,
        CI: 'true',
        SANDBOX_RENDER_SECONDS: '4',
        QUOTA_CLIPS_PER_DAY: '6',
        QUOTA_CONCURRENT: '3',
      },
    });

  beforeAll(async () => {
    bot = await start();
    browser = await launchChromium(executablePath);
    page = await browser.newPage();
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => problems.push(error.message));
    const stripes =
      '<svg width="640" height="400"><rect width="640" height="400" fill="#7ab"/><circle cx="320" cy="200" r="120" fill="#fc6"/></svg>';
    picture = await sharp(Buffer.from(stripes)).jpeg().toBuffer();
  });
  afterAll(async () => {
    await browser?.close();
    await bot?.kill();
    expect(problems).toEqual([]);
  });

  // Where it failed once in many runs, only what was on the page and in the log can say why.
  beforeEach(({ onTestFailed }) => {
    onTestFailed(async () => {
      process.stderr.write(`${await page.locator('body').innerText()}\n`);
      process.stderr.write(`${bot.output().slice(-8000)}\n${bot.errors()}\n`);
    });
  });

  const box = () => page.locator('#composer-text');
  /** What can be seen: the same words are also read out, outside of it. */
  const timeline = () => page.locator('#timeline');

  async function say(text: string): Promise<void> {
    await box().fill(text);
    if (text.startsWith('/')) await box().press('Escape');
    await box().press('Enter');
  }

  /** The newest clip really plays, and is a real video of the length that was asked for. */
  async function expectClips(count: number): Promise<void> {
    await expect.poll(() => page.locator('video').count(), { timeout: 60_000 }).toBe(count);
    const video = page.locator('video').last();
    expect(await video.getAttribute('poster')).toContain('/media/');
    await video.evaluate(playMuted);
    await expect.poll(() => video.evaluate(currentTime), { timeout: 20_000 }).toBeGreaterThan(0.3);
  }

  test('types /hailuo, reloads in the middle, and plays the clip', { timeout: 120_000 }, async () => {
    await page.goto(bot.url);
    await page.getByRole('dialog').getByLabel('Name').fill('Ann');
    await page.keyboard.press('Enter');
    await box().waitFor();
    await say('/hailuo a paper boat in a storm [Push in]');
    await page.locator('.status').waitFor();
    await page.reload();
    await page.locator('.status').waitFor();
    await expectClips(1);
    await page.locator('.status').getByText('Done in').waitFor();
    expect(await page.locator('.status').count()).toBe(1);
  });

  test('attaches a picture, the server is killed and comes back, and it moves all the same', {
    timeout: 120_000,
  }, async () => {
    await page.locator('#files').setInputFiles({ name: 'sun.jpg', mimeType: 'image/jpeg', buffer: picture });
    await page.locator('.attachment img').waitFor();
    await say('/hailuo the sun rises [Pan left]');
    await page.locator('.status').nth(1).waitFor();
    const port = new URL(bot.url).port;
    await bot.kill('SIGKILL');
    await page.getByRole('status').getByText('Reconnecting').waitFor();
    bot = await start(port);
    await expectClips(2);
    expect(await page.locator('.status').count()).toBe(2);
  });

  test('reacts 🎬 to a picture, twice, and it moves once', { timeout: 120_000 }, async () => {
    await page.locator('#files').setInputFiles({ name: 'sun.jpg', mimeType: 'image/jpeg', buffer: picture });
    await page.locator('.attachment img').waitFor();
    await say('look what I drew');
    const animate = page
      .getByRole('article')
      .filter({ hasText: 'look what I drew' })
      .getByRole('button', { name: /animate/i });
    await animate.click();
    await expectClips(3);
    await animate.click({ force: true }).catch(() => undefined);
    await page.reload();
    await expect.poll(() => page.locator('video').count()).toBe(3);
  });

  test('remixes and continues it, and cancels one', { timeout: 180_000 }, async () => {
    await page.locator('.clip').last().getByRole('button', { name: 'Remix' }).click();
    await page.getByRole('dialog').getByRole('textbox').fill('the moon rises instead');
    await page.getByRole('dialog').getByRole('button', { name: 'Remix' }).click();
    await expectClips(4);
    await page.locator('.clip').last().getByRole('button', { name: 'Continue' }).click();
    await expectClips(5);
    await say('/hailuo never mind sandbox:slow');
    await page.locator('.status').getByRole('button', { name: 'Cancel' }).click();
    await timeline().getByText('Cancelled.').waitFor();
  });

  test('runs out of quota, is told when it resets, and reads what was spent', { timeout: 120_000 }, async () => {
    // The cancelled one was given back, so one is left.
    await say('/hailuo the last one');
    await expectClips(6);
    await say('/hailuo one too many');
    await timeline()
      .getByText(/You have used your 6 clips of today\. More in .* UTC\)\./)
      .waitFor();
    await say('/hailuo quota');
    await timeline().getByText('0 of 6 clips left.').waitFor();
    await say('/hailuo jobs');
    const link = await page.getByRole('link', { name: 'Open the clip' }).first().getAttribute('href');
    expect((await fetch(new URL(link ?? '', bot.url))).headers.get('content-type')).toBe('video/mp4');
  });
});
