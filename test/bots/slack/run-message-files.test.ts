import { describe, expect, it } from 'vitest';
import { picturesOf, slackMessage } from '../../../src/bots/slack/message-files.ts';

const read = (message: object) => picturesOf(slackMessage.parse({ ts: '1.1', ...message }));
const png = (id: string, of: object = {}) => ({ id, name: `${id}.png`, mimetype: 'image/png', mode: 'hosted', ...of });

describe('the pictures of a message', () => {
  it('are its files, in order, each once', () => {
    expect(read({ files: [png('F2'), png('F1'), png('F2')] })).toEqual([
      { from: 'file', id: 'F2' },
      { from: 'file', id: 'F1' },
    ]);
  });

  it('are none where nothing was posted along', () => {
    expect(read({})).toEqual([]);
    expect(read({ files: null, attachments: null })).toEqual([]);
  });

  it.each([
    ['a film', { mimetype: 'video/mp4', name: 'a.mp4' }, false],
    ['a film by its name, while nobody knows its type', { mimetype: '', name: 'a.mp4' }, false],
    ['a picture by its name, while nobody knows its type', { mimetype: '', name: 'a.JPG' }, true],
    ['one without a name or a type yet', { mimetype: null, name: null }, true],
    [
      'one of another company that is yet to be described',
      { mimetype: null, name: null, file_access: 'check_file_info' },
      true,
    ],
    ['one that was deleted', { mode: 'tombstone', mimetype: null, name: null }, false],
    ['one kept elsewhere, which is then refused in words', { mode: 'external' }, true],
  ])('%s', (_name, of, counts) => {
    expect(read({ files: [png('F1', of)] })).toEqual(counts ? [{ from: 'file', id: 'F1' }] : []);
  });

  it('are also those of a message that was shared, and of links', () => {
    const attachments = [
      { is_share: true, files: [png('F2')], image_url: 'https://pictures.example/preview.png' },
      { image_url: 'https://pictures.example/a.png', thumb_url: 'https://pictures.example/small.png' },
      { thumb_url: 'https://pictures.example/b.png' },
      { image_url: 'http://pictures.example/plain.png' },
      { text: 'nothing to see' },
    ];
    expect(read({ files: [png('F1')], attachments })).toEqual([
      { from: 'file', id: 'F1' },
      { from: 'file', id: 'F2' },
      { from: 'url', url: 'https://pictures.example/a.png' },
      { from: 'url', url: 'https://pictures.example/b.png' },
    ]);
  });

  it('are also what an app shows', () => {
    const image = { type: 'image', image_url: 'https://pictures.example/cat.gif', alt_text: 'a cat' };
    const own = { type: 'image', slack_file: { id: 'F7' } };
    const words = { type: 'section', text: { type: 'mrkdwn', text: 'look' } };
    expect(
      read({
        blocks: [words, own],
        attachments: [{ blocks: [image], thumb_url: 'https://pictures.example/small.gif' }],
      }),
    ).toEqual([
      { from: 'file', id: 'F7' },
      { from: 'url', url: 'https://pictures.example/cat.gif' },
    ]);
  });

  it('are read from a message of whatever make', () => {
    expect(
      read({ files: [png('F1')], blocks: [{ type: 'image', image_url: 7 }], attachments: [{ image_url: {} }] }),
    ).toEqual([{ from: 'file', id: 'F1' }]);
  });
});
