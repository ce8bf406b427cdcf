/** What the options of admins are called and what their commands are for, in Chinese. */
import type { adminCommands as english } from '../en/admin-commands.ts';
import type { Wording } from '../wording.ts';

const listActions = { add: '添加', remove: '移除', list: '显示', all: '全部允许' };

/** Sentence by sentence as in English. */
export const adminCommands: Wording<typeof english> = {
  limits: { name: 'limits', description: '这里设置的所有限额', options: {} },
  limit: {
    name: 'limit',
    description: '设置某人、某个身份组、某个频道或整个地方可以使用多少',
    options: {
      person: { name: '成员', description: '只限此人' },
      role: { name: '身份组', description: '此身份组的每个成员；有多个时以最宽松的为准' },
      channel: { name: '频道', description: '在此频道请求的所有短片合计' },
      everybody: { name: '所有人', description: '每个没有自己的或身份组限额的人' },
      clips_per_day: { name: '每天短片', description: '每天的短片数：数字、unlimited 或 default' },
      at_once: { name: '同时制作', description: '同时制作的短片数：数字、unlimited 或 default' },
      usd_per_month: { name: '每月美元', description: '每月美元：数字、unlimited 或 default' },
    },
  },
  block: {
    name: 'block',
    description: '不再让某人在这里请求短片',
    options: {
      person: { name: '成员', description: '谁' },
      reason: { name: '原因', description: '原因；此人也会看到' },
    },
  },
  unblock: {
    name: 'unblock',
    description: '让被屏蔽的人可以再次请求短片',
    options: { person: { name: '成员', description: '谁' } },
  },
  blocks: { name: 'blocks', description: '这里谁被屏蔽了', options: {} },
  settings: { name: 'settings', description: '为这个地方选择的所有设置', options: {} },
  channels: {
    name: 'channels',
    description: '选择可以在哪里请求短片',
    options: {
      action: { name: '操作', description: '做什么', choices: listActions },
      channel: { name: '频道', description: '哪个频道' },
    },
  },
  roles: {
    name: 'roles',
    description: '选择谁可以请求短片；管理员总是可以',
    options: {
      action: { name: '操作', description: '做什么', choices: listActions },
      role: { name: '身份组', description: '哪个身份组' },
    },
  },
  admins: {
    name: 'admins',
    description: '选择除平台管理员外还有谁可以管理这里',
    options: {
      action: { name: '操作', description: '做什么', choices: { add: '添加', remove: '移除', list: '显示' } },
      person: { name: '成员', description: '谁' },
    },
  },
  reactions: {
    name: 'reactions',
    description: '选择回应是否让图片动起来，以及用哪个表情',
    options: {
      enabled: { name: '启用', description: '开或关' },
      emoji: { name: '表情', description: '哪个表情；default 为默认的' },
    },
  },
  threads: {
    name: 'threads',
    description: '选择每个短片是否有自己的子区',
    options: { enabled: { name: '启用', description: '开：每个短片一个子区；关：都在频道里' } },
  },
  model: {
    name: 'model',
    description: '为没有指定模型的人选择模型',
    options: { model: { name: '模型', description: '哪个模型', choices: { any: '默认选择' } } },
  },
  words: {
    name: 'words',
    description: '选择提示词中不能有哪些词',
    options: {
      action: { name: '操作', description: '做什么', choices: { add: '添加', remove: '移除', list: '显示' } },
      list: {
        name: '列表',
        description: '哪个列表',
        choices: { blocked: '到处禁止', mature: '只限年龄限制频道' },
      },
      word: { name: '词语', description: '一个词或短语；多个之间用逗号分隔' },
    },
  },
  usage: {
    name: 'usage',
    description: '谁做了多少、花了多少，附所有短片的文件',
    options: {
      period: {
        name: '时段',
        description: '哪些天（UTC）；不填则为本月',
        choices: { day: '今天', week: '本周', month: '本月', 'last-month': '上月' },
      },
    },
  },
  audit: { name: 'audit', description: '最近谁在这里改了什么', options: {} },
};
