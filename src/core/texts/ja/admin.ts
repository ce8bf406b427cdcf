/** What admins hear, and what others hear of their choices, in Japanese. */
import type { admin as english } from '../en/admin.ts';
import type { Wording } from '../wording.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, money, number, or } = formats;

const clips = (many: number): string => `${number(many)}本`;

const pot = { channel: 'このチャンネル', tenant: 'この場所' } as const;

const settingNames: Record<Parameters<typeof english.what>[0], string> = {
  clips: '1日のクリップ数',
  running: '同時のクリップ数',
  usd: '1か月の金額',
  block: 'ブロック',
  channels: 'チャンネル',
  roles: 'ロール',
  admins: '追加の管理者',
  hasReactions: 'リアクション',
  emoji: '絵文字',
  place: 'クリップの場所',
  model: 'モデル',
  blockedWords: '禁止する言葉',
  matureWords: '成人向けの言葉',
};

const periods = { day: '今日', week: '今週', month: '今月', 'last-month': '先月' } as const;

/** Sentence by sentence as in English. */
export const admin: Wording<typeof english> = {
  commands: adminCommands,
  money,

  notAdmin: 'それができるのは、この場所を管理している人だけです。',
  wrongOption: (option) => `${option}を読み取れません。`,
  oneOf: (option, choices) => `${option}は${or(choices)}です。`,
  missing: (option) => `${option}を指定してください。`,
  nothingChanged: 'すでにその状態なので、何も変わりませんでした。',
  changed: '変更しました。',
  more: (many) => `ほかに${number(many)}件。`,
  none: 'なし',

  subject: ({ kind, id }) => {
    if (id === '*') return '全員';
    return { tenant: 'この場所', person: id, role: `ロール${id}`, channel: `チャンネル${id}` }[kind];
  },
  what: (changed) => settingNames[changed],

  help: {
    title: '管理者向け',
    how: '名前はふつうのメッセージと同じように選べます。名前と選択肢の前にオプション名はいりません：/hailuo admin channels add #general。/hailuo admin だけで設定が表示されます。',
  },

  limit: {
    title: '上限',
    noneSet: 'ここでは上限が設定されていません。標準の値が使われます。',
    defaults: (choices) => `標準では1人につき${and(choices)}です。`,
    words: (measure, choice) => {
      if (choice === 'unlimited') {
        return { clips: '1日のクリップ数は無制限', running: '同時の本数は無制限', usd: '金額は無制限' }[measure];
      }
      if (choice === 'default') {
        return { clips: '1日のクリップ数は標準', running: '同時の本数は標準', usd: '金額は標準' }[measure];
      }
      return {
        clips: `1日${clips(choice)}`,
        running: `同時に${clips(choice)}`,
        usd: `1か月${money(choice)}`,
      }[measure];
    },
    oneSubject: '人、ロール、チャンネル、全員のどれか1つを指定してください。この場所全体ならどれも指定しません。',
    nothingSet: 'clips_per_day、at_once、usd_per_monthの少なくとも1つを指定してください。',
    notAnAmount: (option) => `${option}は数字、unlimited、defaultのいずれかです。`,
  },

  block: {
    title: 'ブロックした人',
    nobody: 'ここでは誰もブロックされていません。',
    blocked: 'ブロックしました。この人の作成中のものは続きます。',
    unblocked: 'この人は再びクリップを頼めます。',
    since: (when) => `開始：${when}。`,
    refused: (reason) =>
      reason === ''
        ? 'ここではクリップを頼めません。管理者が変更できます。'
        : `ここではクリップを頼めません：${reason}。管理者が変更できます。`,
  },

  settings: {
    title: '設定',
    everywhere: 'どこでも',
    nowhere: 'どこでも不可',
    everybody: '全員',
    adminsOnly: '管理者のみ',
    on: 'オン',
    off: 'オフ',
    usual: '標準のもの',
    inThread: 'クリップごとにスレッド',
    inChannel: 'チャンネル内',
    usualModel: '標準の選択',
    yes: 'はい',
    no: 'いいえ',
    noLimit: '上限なし',
    byDefault: '標準',
    allowed: 'ここでクリップを頼めます。',
    allowedRole: 'クリップを頼めます。',
    anyChannel: 'どこでもクリップを頼めます。',
    noChannel: 'どこでもクリップを頼めません。',
    anyRole: '全員がクリップを頼めます。',
    noRole: '管理者だけがクリップを頼めます。',
    mayAdminister: 'この場所を管理できます。',
    noListedAdmin: '追加された人はいません。プラットフォームの管理者がこの場所を管理します。',
    ownAdminsOnly: 'このリストを変更できるのは、プラットフォーム自体の管理者だけです。',
    tooMany: (most) => `多すぎます。保存できるのは${number(most)}個までです。`,
    wordTooLong: (most) => `言葉や語句は${number(most)}文字までです。`,
    notAnEmoji: 'それは絵文字ではありません。',
  },

  refused: {
    channel: 'このチャンネルではクリップを頼めません。',
    channelInstead: '頼めるのは次のチャンネルです：',
    role: 'あなたのロールではここでクリップを頼めません。管理者が変更できます。',
    blockedWord: (word) => `「${word}」を含むプロンプトはここでは使えません。別の言葉にしてください。`,
    matureWord: (word) => `「${word}」を含むプロンプトは年齢制限チャンネルでのみ使えます。`,
    ageRestricted: 'そのクリップは年齢制限チャンネルのものなので、続けられるのも年齢制限チャンネルだけです。',
  },

  over: {
    off: (scope) =>
      `クリップの作成は${scope === 'channel' ? 'このチャンネル' : 'ここ'}ではオフになっています。管理者が変更できます。`,
    clips: (scope, most, resetsAt) =>
      `${pot[scope]}では今日の${clips(most)}を使い切りました。次に作れるのは${resetsAt}です。`,
    running: (scope, most) =>
      `${pot[scope]}では${clips(most)}を作成中で、これが同時に作れる上限です。1本終われば次を始められます。`,
    budget: (scope, resetsAt) => `${pot[scope]}では今月の予算を使い切りました。次に使えるのは${resetsAt}です。`,
    ownBudget: (most, resetsAt) =>
      `このクリップを作ると今月の${money(most)}を超えます。次に使えるのは${resetsAt}です。`,
    byRole: 'あなたのロールで使えるのはここまでです。',
  },

  quota: {
    name: (scope, measure) => {
      const names = { clips: '今日のクリップ', running: '同時', usd: '今月の金額' };
      return {
        person: names[measure],
        channel: `${names[measure]}（このチャンネル）`,
        tenant: `${names[measure]}（この場所）`,
      }[scope];
    },
    moneyOf: (used, most) => (most === null ? `${money(used)}（上限なし）` : `${money(used)}/${money(most)}`),
    setFor: { own: 'あなた用の設定', role: 'ロールによる設定', everybody: '全員用の設定' },
    again: (resetsAt) => `リセット：${resetsAt}`,
    withMore: (said, more) => [said, ...more].join('・'),
  },

  usage: {
    title: (period, from, to) =>
      from === to ? `${periods[period]}（${from}）` : `${periods[period]}（${from}〜${to}）`,
    nothing: 'その期間にクリップを頼んだ人はいません。',
    sums: (people, spent, held, givenBack) =>
      `${number(people)}人：完成${clips(spent)}、作成中${number(held)}、返却${number(givenBack)}。`,
    cost: (spent, held) =>
      held === 0 ? `使用額：${money(spent)}。` : `使用額：${money(spent)}、確保中：${money(held)}。`,
    person: (spent, held, givenBack, usd) =>
      `${money(usd)}・完成${number(spent)}・作成中${number(held)}・返却${number(givenBack)}`,
    topOf: (shown, people) => `${number(people)}人中の上位${number(shown)}人：`,
    cut: (jobs) => `ファイルには新しい順に${clips(jobs)}のクリップが入っています。`,
  },

  audit: {
    title: '変更履歴',
    nothing: 'ここではまだ何も変更されていません。',
    line: (what, before, after) => `${what}：${before} → ${after}`,
    by: (said, name, when) => `${said}（${name}、${when}）`,
  },
};
