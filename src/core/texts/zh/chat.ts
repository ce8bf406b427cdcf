/** What is said in a chat, in Chinese. */
import type { ButtonAction } from '../../delivery/delivery.ts';
import type { Failure, FailureKind, Hint } from '../../failure.ts';
import type { JobState } from '../../values.ts';
import type { chat as english } from '../en/chat.ts';
import { createWhen, lengthWords } from '../formats.ts';
import { sayHint } from '../say-hint.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, number, or } = formats;

const buttons: Record<ButtonAction, string> = {
  cancel: '取消',
  again: '再来一次',
  remix: '改编',
  continue: '继续',
  retry: '重试',
};

const notTaken = '没有扣除你的额度。';
const tryAgain = '你可以再试一次。';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () => '无法读取图片。请换一张，或将它重新保存为 JPEG 或 PNG。',
  'picture-too-small': () => '图片太小。',
  'picture-too-large': () => '图片的像素太多。',
  'picture-too-heavy': () => '图片文件太大。',
  'picture-format': () => '图片必须是 JPEG、PNG 或 WebP。',
  'picture-rules': (title) =>
    `${title} 接受 JPEG、PNG 或 WebP 图片，须小于 20 MB，短边超过 300 像素，宽高比在 2:5 和 5:2 之间。`,
  'picture-not-taken': () => '那里不接受这种类型或大小的图片。',
  'real-people': () => '那里不能让真实人物的写实图片动起来。',
  'prompt-too-long': () => '提示词太长。',
  'prompt-odd-characters': () => '提示词中有太多不可见或不允许的字符。',
  'prompt-or-picture': (title) => `${title} 无法使用这段提示词或这张图片。请换一种说法或换一张图片。`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) => `${title} 拒绝了这段提示词或这张图片。${notTaken}请换一种说法或换一张图片。`,
  'bad-input': (title, { hint }) =>
    `${title} 无法使用这个请求${hint === undefined ? '。' : `：${sayHint(hints, hint, title)}`}${notTaken}请修改后再试一次。`,
  'no-credit': (title) => `${title} 现在无法渲染，机器人的运营者已收到通知。${notTaken}`,
  'bad-key': (title) => `${title} 现在无法渲染，机器人的运营者已收到通知。${notTaken}`,
  'rate-limited': (title) => `${title} 现在太忙。${notTaken}请过几分钟再试。`,
  unavailable: (title) => `无法连接 ${title}，或者它出了故障。${notTaken}请过几分钟再试。`,
  'outcome-unknown': (title) => `${title} 一直没有答复，所以不知道渲染是否已经开始。${notTaken}${tryAgain}`,
  'not-found': (title) => `${title} 找不到这次渲染了。${notTaken}${tryAgain}`,
  cancelled: (title) => `这次渲染在 ${title} 被停止了。${notTaken}`,
  'clip-unusable': (title) => `${title} 已完成，但发来的不是短片。${notTaken}${tryAgain}`,
  'no-provider': () => `现在没有谁能渲染这个。${notTaken}请稍后再试，或换一个模型。`,
  undeliverable: () => '短片已完成，但无法发布在这里。用 /hailuo jobs 可以取到它。',
  deadline: () => `用时超过了上限，已经放弃。${notTaken}${tryAgain}`,
  other: (title) => `${title} 拒绝了这次渲染。${notTaken}${tryAgain}`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => '正在准备。',
  queued: () => '正在排队。',
  submitting: (title) => `正在交给 ${title}。`,
  rendering: (title) => `${title} 正在渲染。`,
  delivering: () => '短片已完成，马上送到。',
  done: () => '已完成。',
};

const switchedOff = '你在这里不能制作短片。管理员可以更改。';

/** Sentence by sentence as in English. */
export const chat: Wording<typeof english> = {
  button: (action) => buttons[action],

  stage: (state, title) => stages[state](title),
  done: (seconds) => `已完成，用时 ${lengthWords(seconds, formats)}。`,
  waitsForTurn: (title) => `正在等待 ${title} 的空位。`,
  waitsForProvider: (title) => `${title} 现在无法接单，会自动再试。`,
  inLine: (title) => `正在 ${title} 排队。`,
  answerMissing: (title) => `${title} 还没有答复。不会重复发送，正在查明情况。`,
  failed: (failure, title) => failures[failure.kind](title, failure),
  cancelled: (how, title) => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `已取消。${notTaken}`;
      case 'asked':
        return `已取消。已请 ${title} 停止，之后渲染出来的会丢弃。${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `已取消。${title} 无法停止已经开始的渲染，因此短片会丢弃。${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }) => `Hailuo ${model} · ${seconds} 秒 · ${resolution}`,
  clipCaption: (name) => `${name}，你的短片来了。`,
  clipLink: (until) => `文件太大，放不进这里。链接有效期至 ${until}。`,

  overClipsPerDay: (most, resetsAt) =>
    most === 0 ? switchedOff : `你今天的 ${number(most)} 个短片已用完。${resetsAt}可以再做。`,
  overConcurrent: (most) =>
    most === 0
      ? switchedOff
      : `你已有 ${number(most)} 个短片在制作中，这是同时制作的上限。完成一个后就可以开始下一个。`,
  nobodyCan: (reasons) =>
    reasons.length === 0 ? '这里没有启用任何服务商。机器人的运营者可以更改。' : reasons.join(''),

  animatePrompt: '画面活了起来：其中的一切都轻柔而自然地动起来。',

  remixTitle: '改编这个短片',
  remixPrompt: '改成发生什么',
  noSuchJob: '你没有这样的短片。/hailuo jobs 可以列出你的短片。',
  nothingRunning: '你没有正在制作的短片。',
  notYours: '只有请求这个短片的人才能取消它。',
  notYoursToUse: '只有请求这个短片的人或管理员才能这样做。请自己另外请求一个。',
  alreadyOver: (id) => `${id} 已经结束，没有可取消的。`,
  tooLateToCancel: '短片正在发布，来不及取消了。',
  cancelling: (id) => `正在取消 ${id}。`,
  clipGone: '这个短片已不再保存，无法继续。请先重新制作。',
  pictureGone: '这个短片的图片已不再保存。请重新附上。',
  noJobs: (askWith) => `你还没有做过短片。试试 ${askWith}暴风雨中的纸船 [Push in]`,
  jobsTitle: '你的短片',
  askedFor: (when) => `请求时间：${when}。`,

  quotaTitle: '你今天的额度',
  unlimitedClips: '你想做多少短片都可以。',
  clipsLeft: (left, most, resetsAt) => `${number(most)} 个短片还剩 ${number(left)} 个。${resetsAt}重新开始。`,
  quotaRow: { spent: '已送达', held: '制作中', givenBack: '已退回' },
  usedOf: (used, most) => (most === null ? `${number(used)}，无限制` : `${number(used)} / ${number(most)}`),

  helpTitle: '制作短片',
  helpExample: (askWith) => `说说要发生什么：${askWith}暴风雨中的纸船 [Push in]`,
  helpPictures: '附上一张图片，它就会动起来；对频道里的图片回应 🎬，它也会动起来。',
  helpCamera: (directives) => `镜头听从方括号里的 ${and(directives)}。`,
  modelsTitle: '模型',
  model: ({ resolutions, seconds, needsImage, takesLastImage }) =>
    [
      or(resolutions),
      `${or(seconds)} 秒`,
      needsImage ? '从图片生成' : '从文字或图片生成',
      ...(takesLastImage ? ['也可在两张图片之间'] : []),
    ].join('，'),
  renderedBy: (titles) => `渲染：${and(titles)}。`,

  when: createWhen(formats, {
    ahead: (span) => `${span}后`,
    past: (span) => `${span}前`,
    at: (ahead, clock) => `${ahead}（${clock}）`,
    soon: '马上',
    justNow: '刚刚',
  }),
  inARow: (sentences) => sentences.join(''),
};
