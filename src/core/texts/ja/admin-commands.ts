/** What the options of admins are called and what their commands are for, in Japanese. */
import type { adminCommands as english } from '../en/admin-commands.ts';
import type { Wording } from '../wording.ts';

const listActions = { add: '追加', remove: '削除', list: '表示', all: 'すべて許可' };

/** Sentence by sentence as in English. */
export const adminCommands: Wording<typeof english> = {
  limits: { name: 'limits', description: 'ここで設定されているすべての上限', options: {} },
  limit: {
    name: 'limit',
    description: '人、ロール、チャンネル、またはこの場所全体が使える量を決めます',
    options: {
      person: { name: 'ユーザー', description: 'この人だけ' },
      role: { name: 'ロール', description: 'このロールの各メンバー。複数ある場合は最もゆるいもの' },
      channel: { name: 'チャンネル', description: 'このチャンネルで頼まれたクリップの合計' },
      everybody: { name: '全員', description: '自分やロールの上限がない人それぞれ' },
      clips_per_day: { name: '1日の本数', description: '1日のクリップ数：数字、unlimited、default' },
      at_once: { name: '同時本数', description: '同時に作成中のクリップ数：数字、unlimited、default' },
      usd_per_month: { name: '月のドル', description: '1か月のドル：数字、unlimited、default' },
    },
  },
  block: {
    name: 'block',
    description: 'ここでクリップを頼めないようにします',
    options: {
      person: { name: 'ユーザー', description: '誰を' },
      reason: { name: '理由', description: '理由。本人にも表示されます' },
    },
  },
  unblock: {
    name: 'unblock',
    description: 'ブロックした人が再びクリップを頼めるようにします',
    options: { person: { name: 'ユーザー', description: '誰を' } },
  },
  blocks: { name: 'blocks', description: 'ここでブロックされている人', options: {} },
  settings: { name: 'settings', description: 'この場所で選ばれているすべての設定', options: {} },
  channels: {
    name: 'channels',
    description: 'クリップを頼める場所を選びます',
    options: {
      action: { name: '操作', description: '何をするか', choices: listActions },
      channel: { name: 'チャンネル', description: 'どのチャンネル' },
    },
  },
  roles: {
    name: 'roles',
    description: 'クリップを頼める人を選びます。管理者はいつでも頼めます',
    options: {
      action: { name: '操作', description: '何をするか', choices: listActions },
      role: { name: 'ロール', description: 'どのロール' },
    },
  },
  admins: {
    name: 'admins',
    description: 'プラットフォームの管理者のほかに、この場所を管理できる人を選びます',
    options: {
      action: { name: '操作', description: '何をするか', choices: { add: '追加', remove: '削除', list: '表示' } },
      person: { name: 'ユーザー', description: '誰を' },
    },
  },
  reactions: {
    name: 'reactions',
    description: 'リアクションで画像を動かすか、どの絵文字で動かすかを選びます',
    options: {
      enabled: { name: '有効', description: 'オンまたはオフ' },
      emoji: { name: '絵文字', description: 'どの絵文字。defaultで標準のもの' },
    },
  },
  threads: {
    name: 'threads',
    description: 'クリップごとにスレッドを作るかを選びます',
    options: { enabled: { name: '有効', description: 'オン：クリップごとにスレッド、オフ：すべてチャンネル' } },
  },
  model: {
    name: 'model',
    description: 'モデルを指定しない人のモデルを選びます',
    options: { model: { name: 'モデル', description: 'どのモデル', choices: { any: '標準の選択' } } },
  },
  words: {
    name: 'words',
    description: 'プロンプトに使えない言葉を選びます',
    options: {
      action: { name: '操作', description: '何をするか', choices: { add: '追加', remove: '削除', list: '表示' } },
      list: {
        name: 'リスト',
        description: 'どのリスト',
        choices: { blocked: 'どこでも禁止', mature: '年齢制限チャンネルのみ' },
      },
      word: { name: '言葉', description: '言葉または語句。複数はコンマで区切る' },
    },
  },
  usage: {
    name: 'usage',
    description: '誰がどれだけ作って使ったか（全クリップのファイル付き）',
    options: {
      period: {
        name: '期間',
        description: 'どの期間（UTC）。省くと今月',
        choices: { day: '今日', week: '今週', month: '今月', 'last-month': '先月' },
      },
    },
  },
  audit: { name: 'audit', description: '最近ここで誰が何を変えたか', options: {} },
};
