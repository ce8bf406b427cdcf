import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { KeptFile } from '../../../src/core/media/media.ts';
import type { JobId } from '../../../src/core/values.ts';
import { makeClip } from '../../core/clip-fixtures.ts';
import { describeInChromium, launchChromium } from '../../support/browser.ts';
import {
  currentTime,
  dragOver,
  findDoubleIds,
  findFaintText,
  findNameless,
  handOver,
  isFocused,
  nameOfFocused,
  naturalWidth,
  playMuted,
  progressValue,
  scrollToTop,
  sidewaysOverflow,
} from '../../support/in-page.js';
import { fakeButtons } from './fake-core.ts';
import { makePicture } from './fake-media.ts';
import { eventually, openWebWorld, type WebWorld } from './web-world.ts';

describeInChromium('the chat page', (executablePath) => {
  let world: WebWorld;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let clip: KeptFile;
  let poster: KeptFile;
  let channel = 0;
  const problems: string[] = [];

  beforeAll(async () => {
    world = await openWebWorld();
    await world.start();
    browser = await launchChromium(executablePath);
    const path = join(world.directory, 'source.mp4');
    await makeClip(path, { width: 320, height: 180, seconds: 2 });
    clip = await world.media.adopt(path, { kind: 'clip', type: 'video/mp4', width: 320, height: 180, seconds: 2 });
    const still = join(world.directory, 'source.jpg');
    await sharp(await makePicture('#224466', 320, 180))
      .jpeg()
      .toFile(still);
    poster = await world.media.adopt(still, { kind: 'poster', type: 'image/jpeg', width: 320, height: 180 });
  });
  afterAll(async () => {
    await browser?.close();
    await world?.[Symbol.asyncDispose]();
  });

  /** Each test has its own browser profile, its own visitor and its own channel. */
  beforeEach(async () => {
    context = await browser.newContext();
    page = await open(context);
    await comeIn(page, 'Ann');
    channel += 1;
    await addChannel(page, `test-${channel}`);
  });
  afterEach(async () => {
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  async function open(into: BrowserContext): Promise<Page> {
    const opened = await into.newPage();
    opened.setDefaultTimeout(8000);
    opened.on('pageerror', (error) => problems.push(error.message));
    opened.on('console', (message) => {
      // What a browser says about an unreachable server is expected where a test stops it.
      if (message.type() === 'error' && !/Failed to load resource|ERR_/.test(message.text()))
        problems.push(message.text());
    });
    await opened.goto(world.url());
    return opened;
  }

  async function comeIn(as: Page, name: string): Promise<void> {
    await as.getByRole('dialog').getByLabel('Name').fill(name);
    await as.keyboard.press('Enter');
    await box(as).waitFor();
  }

  async function addChannel(as: Page, name: string): Promise<void> {
    await as.getByRole('button', { name: 'Add a channel' }).click();
    await as.getByLabel('Channel name').fill(name);
    await as.keyboard.press('Enter');
    await as.getByRole('heading', { name, exact: true }).waitFor();
    await as.getByRole('heading', { name: 'Make your first clip' }).waitFor();
  }

  const box = (of: Page) => of.locator('#composer-text');

  async function say(as: Page, text: string): Promise<void> {
    await box(as).fill(text);
    // Closes the suggestions: Enter would take one.
    if (text.startsWith('/')) await box(as).press('Escape');
    await box(as).press('Enter');
  }

  /** Sends a request and returns its job once its status is shown. */
  async function request(prompt: string): Promise<JobId> {
    const before = world.core.jobs().length;
    await say(page, `/hailuo ${prompt}`);
    await page.locator('.status').last().waitFor();
    const job = world.core.jobs()[before];
    if (job === undefined) throw new Error('no job');
    return job;
  }

  describe('the composer', () => {
    test('completes commands and options by keyboard', async () => {
      await box(page).pressSequentially('/');
      await page.getByRole('combobox').waitFor();
      const options = page.getByRole('option');
      expect(await options.allTextContents()).toEqual([
        '/hailuoMake a clip from words, from a picture, or between two pictures',
        '/hailuo jobsYour clips, running and done',
        '/hailuo quotaWhat you have left today, and when it resets',
        '/hailuo helpHow this works',
      ]);
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      const active = await page.getByRole('combobox').getAttribute('aria-activedescendant');
      expect(await page.locator(`#${active}`).getAttribute('aria-selected')).toBe('true');
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('Tab');
      expect(await box(page).inputValue()).toBe('/hailuo jobs');

      await box(page).fill('');
      await box(page).pressSequentially('/hailuo a boat --mo');
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: '2.3-fast-pro' }).waitFor();
      await box(page).pressSequentially('02-f');
      await page.keyboard.press('Enter');
      expect(await box(page).inputValue()).toBe('/hailuo a boat --model 02-fast ');
      await box(page).pressSequentially('--enh');
      await page.keyboard.press('Tab');
      await box(page).pressSequentially('of');
      await page.keyboard.press('Escape');
      expect(await options.count()).toBe(0);
    });

    test('completes camera movements, also a second one in the same brackets', async () => {
      await box(page).pressSequentially('/hailuo a boat [');
      expect(await page.getByRole('option').count()).toBe(15);
      await box(page).pressSequentially('pus');
      await page.keyboard.press('Tab');
      expect(await box(page).inputValue()).toBe('/hailuo a boat [Push in]');
      await page.keyboard.press('ArrowLeft');
      await box(page).pressSequentially(',ri');
      expect(await page.getByRole('option').allTextContents()).toEqual(['Truck rightcamera', 'Pan rightcamera']);
      await page.keyboard.press('Enter');
      expect(await box(page).inputValue()).toBe('/hailuo a boat [Push in,Truck right]');
    });

    test('sends with Enter, breaks the line with Shift and Enter, and shows text as text', async () => {
      await box(page).pressSequentially('<b>one</b>');
      await page.keyboard.press('Shift+Enter');
      await box(page).pressSequentially('two');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('.entry:not(.is-sending) .text').textContent()).toBe('<b>one</b>\ntwo');
      expect(await box(page).inputValue()).toBe('');
    });

    test('takes pictures from the picker, the clipboard and a drop, and lets go of them', async () => {
      const bytes = await makePicture('#cc4422');
      const file = { name: 'red.png', mimeType: 'image/png', buffer: bytes };
      const chosen = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Attach a picture' }).click();
      await (await chosen).setFiles(file);
      const thumbs = page.locator('.attachment.is-kept');
      await expect.poll(() => thumbs.count()).toBe(1);

      const hand = (type: 'paste' | 'drop', name: string) =>
        page.evaluate(handOver, { selector: '#composer-text', base64: bytes.toString('base64'), type, name });
      await hand('paste', 'pasted.png');
      await expect.poll(() => thumbs.count()).toBe(2);
      await page.evaluate(dragOver);
      await page.getByText('Drop the picture to attach it').waitFor();
      await hand('drop', 'dropped.png');
      await expect.poll(() => thumbs.count()).toBe(3);
      expect(await page.getByText('Drop the picture to attach it').isVisible()).toBe(false);
      await page.getByRole('button', { name: 'Remove pasted.png' }).click();
      await page.getByRole('button', { name: 'Remove dropped.png' }).click();
      await page.reload();
      await expect.poll(() => thumbs.count()).toBe(1);
      await say(page, 'one picture');
      await expect.poll(() => page.locator('.entry:not(.is-sending) .picture img').count()).toBe(1);
      await expect.poll(() => page.locator('.picture img').evaluate(naturalWidth)).toBe(480);
    });

    test('says at once why a file is no picture', async () => {
      await page
        .locator('#files')
        .setInputFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('only text') });
      await page
        .getByRole('alert')
        .getByText('notes.png: The file is a text file, not a picture; send a JPEG, PNG or WebP.')
        .waitFor();
      expect(await page.locator('.attachment').count()).toBe(0);
    });

    test('keeps a draft for each channel', async () => {
      await box(page).fill('not finished');
      await page.getByRole('button', { name: 'general' }).click();
      await expect.poll(() => box(page).inputValue()).toBe('');
      await page.getByRole('button', { name: `test-${channel}`, exact: true }).click();
      await expect.poll(() => box(page).inputValue()).toBe('not finished');
    });
  });

  describe('a request', () => {
    test('shows its stages live and ends in a clip that plays', async () => {
      const job = await request('a paper boat [Push in]');
      const status = page.locator('.status');
      await status.getByText('2nd in line').waitFor();
      expect(await status.locator('progress').getAttribute('value')).toBeNull();

      const now = Date.now() / 1000;
      await world.core.show(job, {
        state: 'rendering',
        sentence: 'Rendering.',
        place: null,
        renderingSince: now - 10,
        expected: { from: now + 20, to: now + 40 },
      });
      await status.getByText('about 20 to 40 s left').waitFor();
      const progress = () => status.locator('progress').evaluate(progressValue);
      const first = await progress();
      expect(first).toBeGreaterThan(0.1);
      await expect.poll(progress).toBeGreaterThan(first);
      await expect.poll(() => page.locator('#announcer').textContent()).toContain('Rendering.');

      await world.core.deliver(job, clip, poster);
      const video = page.locator('video');
      await video.waitFor();
      expect(await video.getAttribute('poster')).toContain('/media/');
      await video.evaluate(playMuted);
      const time = () => video.evaluate(currentTime);
      await expect.poll(time).toBeGreaterThan(0.3);
      await world.core.show(job, { sentence: 'Done in 25 seconds.' });
      await status.getByText('Done in 25 seconds.').waitFor();
      expect(await time()).toBeGreaterThan(0.3);
      expect(await page.locator('.clip .button').allTextContents()).toEqual(['Again', 'Remix', 'Continue']);
      expect(await status.locator('progress').isVisible()).toBe(false);
    });

    test('that fails says so calmly and can be retried', async () => {
      const job = await request('a storm');
      await world.core.show(job, {
        state: 'failed',
        sentence: 'It could not be made.',
        place: null,
        buttons: fakeButtons(job, 'retry'),
      });
      await page.locator('.status.is-failed').getByText('It could not be made.').waitFor();
      const before = world.core.calls.length;
      await page.getByRole('button', { name: 'Retry' }).dblclick();
      await expect.poll(() => page.locator('.status').count()).toBeGreaterThan(1);
      const retries = world.core.calls.slice(before).filter(({ command }) => command === 'retry');
      expect(retries[0]?.call.values).toEqual({ job });
    });

    test('can be cancelled', async () => {
      const job = await request('a mistake');
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.locator('#timeline').getByText('Cancelled. Nothing was taken.').waitFor();
      expect(world.core.calls.at(-1)).toMatchObject({ command: 'cancel', call: { values: { job } } });
    });

    test('survives a reload in the middle', async () => {
      const job = await request('a tortoise');
      await box(page).fill('half a senten');
      await page.reload();
      await page.locator('.status').getByText('Waiting for a free place.').waitFor();
      expect(await box(page).inputValue()).toBe('half a senten');
      await world.core.deliver(job, clip, poster);
      await page.locator('video').waitFor();
      expect(await page.locator('.status').count()).toBe(1);
    });

    test('survives a restart of the server in the middle', async () => {
      const job = await request('a phoenix');
      await world.crash();
      await page.getByRole('status').getByText('Reconnecting').waitFor();
      await say(page, 'said while it was away');
      await page.getByText('Waiting for the server…').waitFor();
      await world.start();
      await world.core.deliver(job, clip, poster);
      await page.locator('video').waitFor();
      await expect.poll(() => page.getByRole('status').textContent()).toBe('');
      await expect.poll(() => page.locator('.is-sending').count()).toBe(0);
      expect(await page.locator('#timeline').getByText('said while it was away').count()).toBe(1);
      expect(await page.locator('video').count()).toBe(1);
    });

    test('written while the server is away survives a reload, and is one message', async () => {
      await page.route('**/api/messages', async (route) => {
        if (route.request().method() === 'POST') {
          // It arrives; its answer does not.
          await route.fetch();
          await route.abort();
        } else await route.continue();
      });
      await say(page, 'sent into the dark');
      await page
        .getByText('Waiting for the server…')
        .waitFor()
        .catch(() => undefined);
      await page.unroute('**/api/messages');
      await page.reload();
      await page.locator('#timeline').getByText('sent into the dark').first().waitFor();
      await expect.poll(() => page.locator('.is-sending').count()).toBe(0);
      expect(await page.locator('#timeline').getByText('sent into the dark').count()).toBe(1);
    });
  });

  test('a picture is animated once for each person, and the page shows it', async () => {
    await page
      .locator('#files')
      .setInputFiles({ name: 'green.png', mimeType: 'image/png', buffer: await makePicture('#22aa44') });
    await page.locator('.attachment.is-kept').waitFor();
    await say(page, '');
    const before = world.core.jobs().length;
    await page.getByRole('button', { name: 'Animate this picture' }).click();
    await page.getByRole('button', { name: 'You animated this picture', pressed: true }).click();
    await page.locator('.status').getByText('Waiting for a free place.').waitFor();
    expect(world.core.jobs().length).toBe(before + 1);
  });

  test('a picture offers to be animated only once the server has it', async () => {
    const sent = Promise.withResolvers<void>();
    await page.route('**/messages', async (route) => {
      await sent.promise;
      await route.continue();
    });
    const bytes = await makePicture('#88aacc', 120, 90);
    await page.locator('#files').setInputFiles({ name: 'sun.png', mimeType: 'image/png', buffer: bytes });
    await page.locator('.attachment img').waitFor();
    await say(page, 'look what I drew');
    await page.locator('.is-sending img').waitFor();
    const animate = page.getByRole('button', { name: 'Animate this picture' });
    expect(await animate.count()).toBe(0);
    sent.resolve();
    await animate.click();
    await page.locator('.status').waitFor();
  });

  test('Remix asks in a dialog that keeps the focus and what was typed', async () => {
    const job = await request('a red balloon');
    await world.core.deliver(job, clip, poster);
    const remix = page.getByRole('button', { name: 'Remix' });
    await remix.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Remix' });
    const prompt = dialog.getByLabel('Prompt');
    expect(await prompt.inputValue()).toBe('a red balloon');
    expect(await prompt.evaluate(isFocused)).toBe(true);
    for (let step = 0; step < 6; step += 1) {
      await page.keyboard.press('Tab');
      const isOutside = await page.evaluate(
        "document.activeElement !== document.body && document.activeElement.closest('dialog') === null",
      );
      expect(isOutside).toBe(false);
    }
    await prompt.fill('a blue balloon');
    await page.keyboard.press('Escape');
    expect(await remix.evaluate(isFocused)).toBe(true);
    await page.reload();
    await page.getByText('Not sent yet.').waitFor();
    await page.getByRole('button', { name: 'Open', exact: true }).click();
    expect(await prompt.inputValue()).toBe('a blue balloon');
    const before = world.core.jobs().length;
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.waitFor({ state: 'detached' });
    await eventually(() => expect(world.core.jobs().length).toBe(before + 1));
    expect(world.core.calls.at(-1)?.call.values).toEqual({ job, prompt: 'a blue balloon' });
    await expect.poll(() => page.getByText('Not sent yet.').count()).toBe(0);
  });

  test('another visitor in the same browser sees no private answers, and presses as themselves', async () => {
    const job = await request('a kite');
    await say(page, '/hailuo quota');
    await page.locator('#timeline').getByText('3 of 10 clips used today').waitFor();
    await page.getByRole('button', { name: /You are Ann/ }).click();
    await page.getByRole('menuitem', { name: 'Add a visitor' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Ben');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: /You are Ben/ }).waitFor();
    await page.locator('.status').waitFor();
    expect(await page.locator('#timeline').getByText('3 of 10 clips used today').count()).toBe(0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await eventually(() =>
      expect(world.core.calls.at(-1)?.call).toMatchObject({ asker: { name: 'Ben' }, values: { job } }),
    );

    const other = await open(context);
    await other.getByRole('button', { name: /You are Ben/ }).waitFor();
    await page.getByRole('button', { name: /You are Ben/ }).click();
    await page.getByRole('menuitemradio', { name: 'Ann' }).click();
    await page.locator('#timeline').getByText('3 of 10 clips used today').waitFor();
    await other.reload();
    await other.getByRole('button', { name: /You are Ben/ }).waitFor();
  });

  test('two people talk, live, in channels and threads', async () => {
    const theirs = await browser.newContext();
    try {
      const other = await open(theirs);
      await comeIn(other, 'Cleo');
      await other.getByRole('button', { name: `test-${channel}`, exact: true }).click();
      await say(page, 'hello Cleo');
      await other.getByText('hello Cleo').waitFor();
      await other.locator('.message').last().hover();
      await other.getByRole('button', { name: 'Reply in thread' }).click();
      await say(other, 'hello in the thread');
      await page.locator('.thread').getByText('hello in the thread').waitFor();
      await expect.poll(() => page.locator('#announcer').textContent()).toContain('Cleo: hello in the thread');
      await page.getByRole('button', { name: 'Fold' }).click();
      await page.getByRole('button', { name: 'Show 1 reply' }).click();
      await page.getByRole('button', { name: 'general' }).click();
      await say(other, 'are you gone?');
      await page.getByRole('button', { name: `test-${channel} 1 new` }).waitFor();
    } finally {
      await theirs.close();
    }
  });

  test('history is read further back by scrolling, in its place', async () => {
    const visitor = await world.visit('Writer');
    for (let index = 0; index < 70; index += 1) await visitor.say(`line ${index}`, { channel: `test-${channel}` });
    await page.reload();
    await page.locator('#timeline').getByText('line 69').waitFor();
    expect(await page.getByText('line 3', { exact: true }).count()).toBe(0);
    await page.locator('#scroller').evaluate(scrollToTop);
    await page.getByText('line 3', { exact: true }).waitFor();
    expect(await page.locator('#timeline .text').allTextContents()).toEqual(
      Array.from({ length: 70 }, (_, index) => `line ${index}`),
    );
  });

  test('an empty channel teaches by example', async () => {
    await page.getByRole('button', { name: /Describe a scene/ }).click();
    expect(await box(page).inputValue()).toBe('/hailuo a paper boat in a storm [Push in]');
    await page.keyboard.press('Enter');
    await page.locator('.status').waitFor();
    expect(await page.getByRole('heading', { name: 'Make your first clip' }).isVisible()).toBe(false);
  });

  test('a phone has a drawer and nothing to scroll sideways', async () => {
    await page.setViewportSize({ width: 360, height: 700 });
    const job = await request(`a ${'very'.repeat(60)} long word`);
    await world.core.deliver(job, clip, poster);
    await page.locator('video').waitFor();
    await say(page, '/hailuo jobs');
    await page.locator('#timeline').getByText('Your clips').waitFor();
    const overflow = () => page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(await overflow()).toBe(0);
    expect(await page.locator('#scroller').evaluate(sidewaysOverflow)).toBe(0);
    const general = page.getByRole('button', { name: 'general' });
    await expect.poll(() => general.isVisible()).toBe(false);
    const opener = page.getByRole('button', { name: 'Channels' });
    await opener.click();
    await general.waitFor();
    await page.keyboard.press('Escape');
    await expect.poll(() => general.isVisible()).toBe(false);
    expect(await opener.evaluate(isFocused)).toBe(true);
    await opener.click();
    await general.click();
    await page.getByRole('heading', { name: 'general', exact: true }).waitFor();
    await expect.poll(() => general.isVisible()).toBe(false);
  });

  test('light and dark follow the system, and text stands out in both', async () => {
    const job = await request('a lamp');
    await world.core.show(job, { state: 'failed', sentence: 'It broke.', buttons: fakeButtons(job, 'retry') });
    await say(page, '/hailuo quota');
    await page.locator('#timeline').getByText('3 of 10').waitFor();
    await page.mouse.move(0, 0);
    const seen: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      seen.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      expect(await page.evaluate(findFaintText)).toEqual([]);
    }
    expect(seen[0]).not.toBe(seen[1]);
  });

  test('everything has a name, and the keyboard reaches and leaves everything', async () => {
    const job = await request('a bell');
    await world.core.deliver(job, clip, poster);
    await page.locator('video').waitFor();
    expect(await page.evaluate(findNameless)).toEqual([]);
    expect(await page.evaluate(findDoubleIds)).toEqual([]);
    await page.evaluate('document.activeElement.blur()');
    const reached = new Set<string>();
    for (let step = 0; step < 70; step += 1) {
      await page.keyboard.press('Tab');
      reached.add(await page.evaluate(nameOfFocused));
    }
    for (const name of ['Skip to the message box', 'Add a channel', 'Again', 'Remix', 'Attach a picture', 'Message']) {
      expect(reached).toContain(name);
    }
  });
});
