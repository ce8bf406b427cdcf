/** What admins hear, and what others hear of their choices, in Chinese. */
import type { admin as english } from '../en/admin.ts';
import type { Wording } from '../wording.ts';
import { adminCommands } from './admin-commands.ts';
import { formats } from './formats.ts';

const { and, money, number, or } = formats;

const clips = (many: number): string => `${number(many)} 个短片`;

const pot = { channel: '此频道', tenant: '这里' } as const;

const settingNames: Record<Parameters<typeof english.what>[0], string> = {
  clips: '每天短片',
  running: '同时制作',
  usd: '每月金额',
  block: '屏蔽',
  channels: '频道',
  roles: '身份组',
  admins: '附加管理员',
  hasReactions: '回应',
  emoji: '表情',
  place: '短片的位置',
  model: '模型',
  blockedWords: '禁用词',
  matureWords: '成人词',
};

const periods = { day: '今天', week: '本周', month: '本月', 'last-month': '上月' } as const;

/** Sentence by sentence as in English. */
export const admin: Wording<typeof english> = {
  commands: adminCommands,
  money,

  notAdmin: '只有管理这个地方的人才能这样做。',
  wrongOption: (option) => `无法识别 ${option}。`,
  oneOf: (option, choices) => `${option} 只能是 ${or(choices)}。`,
  missing: (option) => `请说明 ${option}。`,
  nothingChanged: '本来就是这样，所以什么都没有变。',
  changed: '已更改。',
  more: (many) => `还有 ${number(many)} 个。`,
  none: '无',

  subject: ({ kind, id }) => {
    if (id === '*') return '所有人';
    return { tenant: '这里', person: id, role: `身份组 ${id}`, channel: `频道 ${id}` }[kind];
  },
  what: (changed) => settingNames[changed],

  help: {
    title: '管理员帮助',
    how: '名字像在普通消息里一样选择，名字和可选的词前面都不用写选项名：/hailuo admin channels add #general。只输入 /hailuo admin 会显示设置。',
  },

  limit: {
    title: '限额',
    noneSet: '这里没有设置限额；按默认值。',
    defaults: (choices) => `默认每人有${and(choices)}。`,
    words: (measure, choice) => {
      if (choice === 'unlimited') {
        return { clips: '每天短片数不限', running: '同时制作数不限', usd: '金额不限' }[measure];
      }
      if (choice === 'default') {
        return { clips: '每天短片数按默认', running: '同时制作数按默认', usd: '金额按默认' }[measure];
      }
      return {
        clips: `每天 ${clips(choice)}`,
        running: `同时 ${number(choice)} 个`,
        usd: `每月 ${money(choice)}`,
      }[measure];
    },
    oneSubject: '请指定成员、身份组、频道或所有人之一；都不指定则为整个地方。',
    nothingSet: '请至少给出 clips_per_day、at_once 和 usd_per_month 之一。',
    notAnAmount: (option) => `${option} 是数字、unlimited 或 default。`,
  },

  block: {
    title: '被屏蔽的人',
    nobody: '这里没有人被屏蔽。',
    blocked: '已屏蔽。此人正在制作的短片会继续。',
    unblocked: '此人可以再次请求短片。',
    since: (when) => `开始于：${when}。`,
    refused: (reason) =>
      reason === '' ? '你不能在这里请求短片。管理员可以更改。' : `你不能在这里请求短片：${reason}。管理员可以更改。`,
  },

  settings: {
    title: '设置',
    everywhere: '到处',
    nowhere: '无处',
    everybody: '所有人',
    adminsOnly: '仅管理员',
    on: '开',
    off: '关',
    usual: '默认的',
    inThread: '每个短片一个子区',
    inChannel: '在频道里',
    usualModel: '默认选择',
    yes: '是',
    no: '否',
    noLimit: '无限制',
    byDefault: '默认',
    allowed: '可以在这里请求短片。',
    allowedRole: '可以请求短片。',
    anyChannel: '到处都可以请求短片。',
    noChannel: '任何地方都不能请求短片。',
    anyRole: '所有人都可以请求短片。',
    noRole: '只有管理员可以请求短片。',
    mayAdminister: '可以管理这里。',
    noListedAdmin: '没有附加管理员。这里由平台上的管理员管理。',
    ownAdminsOnly: '只有平台本身的管理员可以更改此名单。',
    tooMany: (most) => `太多了；最多可以保存 ${number(most)} 个。`,
    wordTooLong: (most) => `词或短语最多 ${number(most)} 个字符。`,
    notAnEmoji: '这不是表情。',
  },

  refused: {
    channel: '不能在此频道请求短片。',
    channelInstead: '可以在这些频道请求：',
    role: '你的身份组不能在这里请求短片。管理员可以更改。',
    blockedWord: (word) => `这里不允许含“${word}”的提示词。请换别的词。`,
    matureWord: (word) => `含“${word}”的提示词只允许在年龄限制频道中使用。`,
    ageRestricted: '那个短片来自年龄限制频道，因此只能在这样的频道里继续使用。',
  },

  over: {
    off: (scope) => `${scope === 'channel' ? '此频道' : '这里'}不能制作短片。管理员可以更改。`,
    clips: (scope, most, resetsAt) => `${pot[scope]}今天的 ${clips(most)}已用完。${resetsAt}可以再做。`,
    running: (scope, most) =>
      `${pot[scope]}有 ${clips(most)}在制作中，这是同时制作的上限。完成一个后就可以开始下一个。`,
    budget: (scope, resetsAt) => `${pot[scope]}本月的预算已用完。${resetsAt}可以再做。`,
    ownBudget: (most, resetsAt) => `这个短片会超过你本月的 ${money(most)}。${resetsAt}可以再做。`,
    byRole: '这是你的身份组所允许的。',
  },

  quota: {
    name: (scope, measure) => {
      const names = { clips: '今天的短片', running: '同时', usd: '本月金额' };
      return {
        person: names[measure],
        channel: `${names[measure]}（此频道）`,
        tenant: `${names[measure]}（这里）`,
      }[scope];
    },
    moneyOf: (used, most) => (most === null ? `${money(used)}，无限制` : `${money(used)} / ${money(most)}`),
    setFor: { own: '为你设置', role: '来自你的身份组', everybody: '为所有人设置' },
    again: (resetsAt) => `${resetsAt}重新开始`,
    withMore: (said, more) => [said, ...more].join(' · '),
  },

  usage: {
    title: (period, from, to) => (from === to ? `${periods[period]}，${from}` : `${periods[period]}，${from} 至 ${to}`),
    nothing: '那段时间没有人请求短片。',
    sums: (people, spent, held, givenBack) =>
      `${number(people)} 人：送达 ${clips(spent)}，制作中 ${number(held)} 个，退回 ${number(givenBack)} 个。`,
    cost: (spent, held) => (held === 0 ? `已花费 ${money(spent)}。` : `已花费 ${money(spent)}，预留 ${money(held)}。`),
    person: (spent, held, givenBack, usd) =>
      `${money(usd)} · 送达 ${number(spent)} · 制作中 ${number(held)} · 退回 ${number(givenBack)}`,
    topOf: (shown, people) => `${number(people)} 人中的前 ${number(shown)} 人：`,
    cut: (jobs) => `文件里有最新的 ${clips(jobs)}。`,
  },

  audit: {
    title: '更改',
    nothing: '这里从未更改过任何东西。',
    line: (what, before, after) => `${what}：${before} → ${after}`,
    by: (said, name, when) => `${said}（${name}，${when}）`,
  },
};
