/** What the chat page’s server says by itself, in Chinese. */
import type { web as english } from '../en/web.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { megabytes, number } = formats;

/** Sentence by sentence as in English. */
export const web: Wording<typeof english> = {
  notUnderstood: '页面发来了服务器无法理解的内容。请重新加载后再试。',
  notSettled: '服务器还在启动。请稍后再试。',
  pickName: '请先取一个名字。',
  emptyName: '名字至少要有一个字。',
  longName: '名字最多 40 个字符。',
  channelName: '频道名由 1 到 40 个文字、数字和连字符组成。',
  channelExists: (name) => `已经有名为 ${name} 的频道。`,
  noChannel: (name) => `没有名为 ${name} 的频道。`,
  noMessage: '那条消息已经不在了。',
  noPicture: '那条消息里没有图片。',
  noFile: '这条消息的一张图片已不再保存。请重新附上。',
  emptyMessage: '请写点什么，或附上一张图片。',
  longMessage: `消息最多 ${number(4000)} 个字符。`,
  notText: '消息中有不是文字的字符。',
  manyPictures: '一条消息最多 4 张图片。',
  largeFile: `图片最大 ${megabytes(30_000_000)}。`,
  largeRequest: '超过了服务器一次能接受的量。',
  takesPictures: (most) => (most === 1 ? '最多接受一张图片。' : `最多接受 ${number(most)} 张图片：开头和结尾各一张。`),
  takesNoPictures: '不接受图片。',
  unknownCommand: (name) => `没有名为 ${name} 的命令。试试 /hailuo help。`,
  broken: '这里出了问题，已写入日志。请稍后再试。',
};
