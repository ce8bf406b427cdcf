/** Every function of the texts, called with what it may be called with. A new one does not compile until it is here. */
import { abilities } from '../../../src/core/check-request.ts';
import { type Failure, failureKinds, type Hint } from '../../../src/core/failure.ts';
import { fileKinds, type PictureProblem } from '../../../src/core/picture-problem.ts';
import type { Obstacle, OfferNote, RequestProblem, TypingProblem } from '../../../src/core/problems.ts';
import { cameraDirectives } from '../../../src/core/request.ts';
import type { Texts } from '../../../src/core/texts/texts.ts';

type Samples<Text> = Text extends (...given: infer Given) => unknown
  ? readonly Given[]
  : { readonly [Name in keyof Text as HasFunctions<Text[Name]> extends true ? Name : never]: Samples<Text[Name]> };

type HasFunctions<Text> = Text extends string
  ? false
  : Text extends (...given: never[]) => unknown
    ? true
    : true extends { [Name in keyof Text]: HasFunctions<Text[Name]> }[keyof Text]
      ? true
      : false;

type Each<Union extends { readonly kind: string }> = {
  readonly [Kind in Union['kind']]: Extract<Union, { readonly kind: Kind }>;
};

const one = <Value>(values: Readonly<Record<string, Value>>): readonly [Value][] =>
  Object.values(values).map((value) => [value]);

const size = { width: 1234, height: 567 };
const others = ['2.3-pro', '02'] as const;

const requests: Each<RequestProblem> = {
  'no-prompt': { kind: 'no-prompt' },
  'prompt-too-long': { kind: 'prompt-too-long', most: 2000 },
  'prompt-not-text': { kind: 'prompt-not-text' },
  'no-room-for-camera': { kind: 'no-room-for-camera', camera: 'Push in', most: 2000, over: 17 },
  'unknown-movement': { kind: 'unknown-movement', written: 'Psh In', nearest: 'Push in', movements: cameraDirectives },
  'too-many-movements': { kind: 'too-many-movements', written: 'Shake,Shake', most: 3 },
  'unknown-provider': { kind: 'unknown-provider', written: 'Nobody', providers: ['Acme', 'Bolt'] },
  'unknown-option': { kind: 'unknown-option', written: ['Colour'], options: ['Prompt', 'Image'] },
  'not-a-choice': { kind: 'not-a-choice', option: 'Model', choices: ['2.3', '02'] },
  'not-a-switch': { kind: 'not-a-switch', option: 'Enhance' },
  'not-a-picture': { kind: 'not-a-picture', option: 'Image' },
  unreadable: { kind: 'unreadable', option: 'Option7' },
  'wrong-resolution': { kind: 'wrong-resolution', model: '02-fast', can: ['512P'], resolution: '1080P', others },
  'too-long-for-1080p': { kind: 'too-long-for-1080p', seconds: 10, most: 6 },
  'wrong-length': { kind: 'wrong-length', model: '02', can: [6, 10] },
  'needs-picture': { kind: 'needs-picture', model: '02-fast', others },
  'no-last-picture': { kind: 'no-last-picture', model: '2.3', others },
  'last-picture-alone': { kind: 'last-picture-alone' },
  '512p-needs-picture': { kind: '512p-needs-picture' },
  '512p-not-between': { kind: '512p-not-between' },
};

const typings: Each<TypingProblem> = {
  'no-such-command': { kind: 'no-such-command', commands: ['Jobs', 'Help'] },
  'not-on-or-off': { kind: 'not-on-or-off', flag: '--Enhance' },
  'no-value': { kind: 'no-value', flag: '--Model', choices: ['2.3', '02'] },
  'takes-no-text': { kind: 'takes-no-text', command: 'Jobs', said: 'Hello' },
  'no-such-flag': { kind: 'no-such-flag', flag: '--Colour', command: 'Create', flags: ['--Model', '--Image'] },
};

const pictures: Each<PictureProblem> = {
  empty: { kind: 'empty' },
  'too-heavy': { kind: 'too-heavy', mostBytes: 50_000_000 },
  'not-a-picture': { kind: 'not-a-picture', what: 'text file' },
  'wrong-format': { kind: 'wrong-format', what: 'TIFF picture' },
  'unreadable-heic': { kind: 'unreadable-heic' },
  damaged: { kind: 'damaged' },
  stowaway: { kind: 'stowaway', what: 'script' },
  'too-many-pixels': { kind: 'too-many-pixels', ...size, mostSide: 4096 },
  'too-small': { kind: 'too-small', ...size, leastSide: 64 },
  'too-wide': { kind: 'too-wide', ...size, most: 2.5 },
  'too-tall': { kind: 'too-tall', ...size, most: 2.5 },
  'stays-too-heavy': { kind: 'stays-too-heavy' },
  'not-an-address': { kind: 'not-an-address' },
  'not-https': { kind: 'not-https' },
  'not-public': { kind: 'not-public' },
  'not-handed-out': { kind: 'not-handed-out', status: 403 },
  'too-slow': { kind: 'too-slow' },
  'not-fetched': { kind: 'not-fetched' },
};

const provider = 'Acme';
const renders = [
  { seconds: 6, resolution: '768P' },
  { seconds: 10, resolution: '512P' },
] as const;

const obstacles: Each<Obstacle> = {
  'not-sold': {
    kind: 'not-sold',
    provider,
    model: '02-fast',
    instead: [{ model: '2.3-fast' }, { model: '02', resolution: '512P' }],
  },
  'not-known-to-sell': { kind: 'not-known-to-sell', provider, model: '02-fast', others },
  'picture-only': { kind: 'picture-only', provider, model: '02-fast', others },
  'not-from-source': {
    kind: 'not-from-source',
    provider,
    model: '02-fast',
    source: 'text',
    fromText: ['2.3-pro'],
    fromPicture: ['02'],
  },
  'other-renders': { kind: 'other-renders', provider, model: '02', source: 'two-pictures', renders },
  'other-lengths': { kind: 'other-lengths', provider, seconds: 10, can: [6] },
  'other-resolutions': { kind: 'other-resolutions', provider, resolution: '512P', can: ['768P', '1080P'] },
  'no-last-picture': { kind: 'no-last-picture', provider, model: '2.3', others },
  'not-known-to-end': { kind: 'not-known-to-end', provider },
  'last-picture-alone': { kind: 'last-picture-alone', provider },
  'picture-formats': { kind: 'picture-formats', provider, formats: ['JPEG', 'PNG'] },
  'no-way-for-picture': { kind: 'no-way-for-picture', provider },
  'all-away': { kind: 'all-away' },
};

const notes: Each<OfferNote> = {
  'version-unsaid': { kind: 'version-unsaid', provider, isPromptRewritingUnsaid: true },
  'length-contradicted': { kind: 'length-contradicted', provider, said: 5, seconds: 6 },
  'resolution-unsaid': { kind: 'resolution-unsaid', provider, model: '02-fast', elsewhere: '512P' },
};

/** A record, so that a new one does not compile until it is here. */
const hints: Readonly<Record<Hint, true>> = {
  'picture-unreadable': true,
  'picture-too-small': true,
  'picture-too-large': true,
  'picture-too-heavy': true,
  'picture-format': true,
  'picture-rules': true,
  'picture-not-taken': true,
  'real-people': true,
  'prompt-too-long': true,
  'prompt-odd-characters': true,
  'prompt-or-picture': true,
};

const failure = (kind: Failure['kind'], hint?: string): Failure => ({
  kind,
  charged: 'no',
  detail: 'x',
  ...(hint !== undefined && { hint: hint as Hint }),
});
const noon = new Date('2026-11-21T12:00:00Z');

/** By the texts' own names. */
export const samples: Samples<Texts> = {
  button: [['cancel'], ['again'], ['remix'], ['continue'], ['retry']],
  stage: (['opening', 'queued', 'submitting', 'rendering', 'delivering', 'done'] as const).map((state) => [
    state,
    'Acme',
  ]),
  done: [[45], [1], [125]],
  waitsForTurn: [['Acme']],
  waitsForProvider: [['Acme']],
  inLine: [['Acme']],
  answerMissing: [['Acme']],
  failed: [
    ...failureKinds.map((kind): [Failure, string] => [failure(kind), 'Acme']),
    ...Object.keys(hints).map((hint): [Failure, string] => [failure('bad-input', hint), 'Acme']),
  ],
  cancelled: ([undefined, 'not-sent', 'stopped', 'asked', 'too-late', 'not-offered'] as const).map((how) => [
    how,
    'Acme',
  ]),
  summary: [[{ model: '2.3', seconds: 6, resolution: '768P' }]],
  clipCaption: [['Ann']],
  clipLink: [['2026-11-28']],
  overClipsPerDay: [
    [10, 'Later'],
    [1, 'Later'],
    [0, 'Later'],
  ],
  overConcurrent: [[2], [1], [0]],
  nobodyCan: [[[]], [['Acme.', 'Bolt.']]],
  alreadyOver: [['4C1F0A']],
  cancelling: [['4C1F0A']],
  noJobs: [['/hailuo ']],
  helpExample: [['/hailuo create ']],
  askedFor: [['Later']],
  clipsLeft: [
    [3, 10, 'Later'],
    [0, 1, 'Later'],
  ],
  usedOf: [
    [3, 10],
    [3, null],
  ],
  helpCamera: [[cameraDirectives]],
  model: Object.values(abilities).map((ability) => [ability]),
  renderedBy: [[['Acme', 'Bolt', 'Core']]],
  when: [
    [noon, noon],
    [new Date('2026-11-21T17:12:00Z'), noon],
    [new Date('2026-11-21T09:55:00Z'), noon],
    [new Date('2026-12-01T12:00:00Z'), noon],
    [new Date('2026-11-21T12:00:20Z'), noon],
  ],
  inARow: [[['Acme.', 'Bolt.']]],

  problems: {
    request: [
      ...one<RequestProblem>(requests),
      [{ ...requests['unknown-movement'], nearest: null }],
      [{ ...requests['unknown-provider'], written: null }],
    ],
    typing: [
      ...one<TypingProblem>(typings),
      [{ ...typings['no-value'], choices: [] }],
      [{ ...typings['no-such-flag'], flags: [] }],
    ],
    picture: [
      ...one<PictureProblem>(pictures),
      ...fileKinds.map((what): [PictureProblem] => [{ kind: 'not-a-picture', what }]),
      ...fileKinds.map((what): [PictureProblem] => [{ kind: 'stowaway', what }]),
    ],
    obstacle: [
      ...one<Obstacle>(obstacles),
      [{ ...obstacles['not-from-source'], source: 'picture', fromText: [], fromPicture: [] }],
      [{ ...obstacles['other-renders'], source: 'text' }],
      [{ ...obstacles['other-renders'], source: 'picture' }],
      [{ ...obstacles['no-last-picture'], others: [] }],
    ],
    note: [...one<OfferNote>(notes), [{ ...notes['version-unsaid'], isPromptRewritingUnsaid: false }]],
  },

  web: {
    channelExists: [['Boats']],
    noChannel: [['Boats']],
    takesPictures: [[1], [2]],
    unknownCommand: [['Paint']],
  },
  admin: {
    money: [[1_500_000]],
    wrongOption: [['Option7']],
    oneOf: [['Option7', ['On', 'Off']]],
    missing: [['Option7']],
    more: [[7]],
    subject: [
      [{ kind: 'person', id: '*' }],
      [{ kind: 'tenant', id: '' }],
      [{ kind: 'person', id: 'P7' }],
      [{ kind: 'role', id: 'R7' }],
      [{ kind: 'channel', id: 'C7' }],
    ],
    what: (
      [
        'clips',
        'running',
        'usd',
        'block',
        'channels',
        'roles',
        'admins',
        'hasReactions',
        'emoji',
        'place',
        'model',
        'blockedWords',
        'matureWords',
      ] as const
    ).map((changed) => [changed]),
    limit: {
      defaults: [[['A1', 'B2', 'C3']]],
      words: (['clips', 'running', 'usd'] as const).flatMap((measure) =>
        (['unlimited', 'default', 7] as const).map((choice): [typeof measure, typeof choice] => [measure, choice]),
      ),
      notAnAmount: [['Option7']],
    },
    block: { since: [['Later']], refused: [[''], ['Spam7']] },
    settings: { tooMany: [[7]], wordTooLong: [[7]] },
    refused: { blockedWord: [['Word7']], matureWord: [['Word7']] },
    over: {
      off: [['channel'], ['tenant']],
      clips: [
        ['channel', 7, 'Later'],
        ['tenant', 1, 'Later'],
      ],
      running: [
        ['channel', 7],
        ['tenant', 7],
      ],
      budget: [
        ['channel', 'Later'],
        ['tenant', 'Later'],
      ],
      ownBudget: [[7_000_000, 'Later']],
    },
    quota: {
      name: (['person', 'channel', 'tenant'] as const).flatMap((scope) =>
        (['clips', 'running', 'usd'] as const).map((measure): [typeof scope, typeof measure] => [scope, measure]),
      ),
      moneyOf: [
        [7_000_000, null],
        [7_000_000, 8_000_000],
      ],
      again: [['Later']],
      withMore: [['A1', ['B2', 'C3']]],
    },
    usage: {
      title: (['day', 'week', 'month', 'last-month'] as const).flatMap((period) => [
        [period, '2026-11-01', '2026-11-30'] as const,
        [period, '2026-11-21', '2026-11-21'] as const,
      ]),
      sums: [
        [7, 8, 9, 11],
        [1, 1, 0, 0],
      ],
      cost: [
        [7_000_000, 0],
        [7_000_000, 8_000_000],
      ],
      person: [[7, 8, 9, 1_500_000]],
      topOf: [[7, 11]],
      cut: [[7]],
    },
    audit: { line: [['A1', 'B2', 'C3']], by: [['A1', 'Ann', 'Later']] },
  },
  discord: {
    status: {
      asked: [['<t:1:R>']],
      rendering: [['<t:1:R>']],
      expected: [['<t:1:R>', '<t:2:R>']],
      place: [[7]],
    },
    askedElsewhere: [['<#7>']],
    missingPermissions: [[['Perm7', 'Perm8']]],
  },
  slack: {
    bot: { missingScope: [['files:read7']] },
    courier: {
      asked: [['10:07']],
      rendering: [['10:07']],
      expected: [['10:07', '10:08']],
      place: [[7]],
      askedElsewhere: [['#place7']],
    },
    workflow: { failed: [['Why7.']] },
    install: { done: [['Acme7']], doneOrganisation: [['Acme7']] },
  },
};
