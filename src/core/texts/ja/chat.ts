/** What is said in a chat, in Japanese. */
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
  cancel: 'キャンセル',
  again: 'もう一度',
  remix: 'リミックス',
  continue: '続きを作る',
  retry: '再試行',
};

const notTaken = '利用枠は減っていません。';
const tryAgain = 'もう一度お試しいただけます。';

const hints: Record<Hint, (title: string) => string> = {
  'picture-unreadable': () => '画像を読み込めませんでした。別の画像を使うか、JPEGまたはPNGで保存し直してください。',
  'picture-too-small': () => '画像が小さすぎます。',
  'picture-too-large': () => '画像のピクセル数が多すぎます。',
  'picture-too-heavy': () => '画像ファイルが大きすぎます。',
  'picture-format': () => '画像はJPEG、PNG、WebPのいずれかにしてください。',
  'picture-rules': (title) =>
    `${title}で使える画像はJPEG、PNG、WebPで、20 MB未満、短辺が300ピクセルを超え、縦横比が2:5から5:2までのものです。`,
  'picture-not-taken': () => 'この種類やサイズの画像は受け付けられません。',
  'real-people': () => '実在の人物の写実的な画像は動かせません。',
  'prompt-too-long': () => 'プロンプトが長すぎます。',
  'prompt-odd-characters': () => 'プロンプトに見えない文字や使えない文字が多すぎます。',
  'prompt-or-picture': (title) =>
    `${title}はプロンプトまたは画像を使えませんでした。言葉や画像を変えてお試しください。`,
};

const failures: Record<FailureKind, (title: string, failure: Failure) => string> = {
  moderation: (title) =>
    `${title}がこのプロンプトまたは画像を受け付けませんでした。${notTaken}別の言葉や画像でお試しください。`,
  'bad-input': (title, { hint }) =>
    `${title}はこのリクエストを使えませんでした${hint === undefined ? '。' : `：${sayHint(hints, hint, title)}`}${notTaken}内容を変えてもう一度お試しください。`,
  'no-credit': (title) => `${title}は今レンダリングできません。ボットの運営者には連絡済みです。${notTaken}`,
  'bad-key': (title) => `${title}は今レンダリングできません。ボットの運営者には連絡済みです。${notTaken}`,
  'rate-limited': (title) => `${title}は今混み合っています。${notTaken}数分後にもう一度お試しください。`,
  unavailable: (title) => `${title}に接続できないか、障害が起きています。${notTaken}数分後にもう一度お試しください。`,
  'outcome-unknown': (title) =>
    `${title}から返事がなく、レンダリングが始まったかどうか分かりません。${notTaken}${tryAgain}`,
  'not-found': (title) => `${title}でこのレンダリングが見つからなくなりました。${notTaken}${tryAgain}`,
  cancelled: (title) => `レンダリングは${title}で停止されました。${notTaken}`,
  'clip-unusable': (title) =>
    `${title}は完了しましたが、届いたものはクリップではありませんでした。${notTaken}${tryAgain}`,
  'no-provider': () =>
    `今これをレンダリングできるところがありません。${notTaken}後でもう一度試すか、別のモデルを選んでください。`,
  undeliverable: () => 'クリップは完成しましたが、ここには投稿できませんでした。/hailuo jobs で受け取れます。',
  deadline: () => `時間がかかりすぎたため、中止しました。${notTaken}${tryAgain}`,
  other: (title) => `${title}がこのレンダリングを断りました。${notTaken}${tryAgain}`,
};

const stages: Record<Exclude<JobState, 'failed' | 'cancelled'>, (title: string) => string> = {
  opening: () => '準備しています。',
  queued: () => '順番を待っています。',
  submitting: (title) => `${title}に渡しています。`,
  rendering: (title) => `${title}がレンダリングしています。`,
  delivering: () => 'クリップが完成し、まもなく届きます。',
  done: () => '完了しました。',
};

const switchedOff = 'ここではあなたのクリップ作成がオフになっています。管理者が変更できます。';

/** Sentence by sentence as in English. */
export const chat: Wording<typeof english> = {
  button: (action) => buttons[action],

  stage: (state, title) => stages[state](title),
  done: (seconds) => `${lengthWords(seconds, formats)}で完了しました。`,
  waitsForTurn: (title) => `${title}の空きを待っています。`,
  waitsForProvider: (title) => `${title}は今受け付けられません。自動的にもう一度試します。`,
  inLine: (title) => `${title}の列に並んでいます。`,
  answerMissing: (title) => `${title}からまだ返事がありません。二重に送ることはなく、現在確認しています。`,
  failed: (failure, title) => failures[failure.kind](title, failure),
  cancelled: (how, title) => {
    switch (how) {
      case undefined:
      case 'not-sent':
      case 'stopped':
        return `キャンセルしました。${notTaken}`;
      case 'asked':
        return `キャンセルしました。${title}に停止を依頼しました。まだレンダリングされる分は破棄されます。${notTaken}`;
      case 'too-late':
      case 'not-offered':
        return `キャンセルしました。${title}では始まったレンダリングを止められないため、そのクリップは破棄されます。${notTaken}`;
    }
  },
  summary: ({ model, seconds, resolution }) => `Hailuo ${model}・${seconds}秒・${resolution}`,
  clipCaption: (name) => `${name}さん、クリップができました。`,
  clipLink: (until) => `ファイルが大きすぎてここには載せられません。リンクの有効期限は${until}です。`,

  overClipsPerDay: (most, resetsAt) =>
    most === 0 ? switchedOff : `今日の${number(most)}本を使い切りました。次に作れるのは${resetsAt}です。`,
  overConcurrent: (most) =>
    most === 0
      ? switchedOff
      : `すでに${number(most)}本を作成中で、これが同時に作れる上限です。1本終われば次を始められます。`,
  nobodyCan: (reasons) =>
    reasons.length === 0 ? 'ここで有効なプロバイダーがありません。ボットの運営者が変更できます。' : reasons.join(''),

  animatePrompt: '画像に命が宿り、中のすべてが穏やかに自然に動き出す。',

  remixTitle: 'このクリップをリミックス',
  remixPrompt: '代わりに何が起こるか',
  noSuchJob: 'あなたのクリップにそのようなものはありません。/hailuo jobs で一覧を見られます。',
  nothingRunning: '作成中のクリップはありません。',
  notYours: 'このクリップをキャンセルできるのは、頼んだ本人だけです。',
  notYoursToUse: 'これができるのは、このクリップを頼んだ本人か管理者だけです。ご自分のクリップを頼んでください。',
  alreadyOver: (id) => `${id}はすでに終わっているため、キャンセルするものがありません。`,
  tooLateToCancel: 'クリップはちょうど投稿中です。もうキャンセルできません。',
  cancelling: (id) => `${id}をキャンセルしています。`,
  clipGone: 'そのクリップはもう保存されていないため、続きを作れません。先に作り直してください。',
  pictureGone: 'そのクリップの画像はもう保存されていません。もう一度添付してください。',
  noJobs: (askWith) => `まだクリップがありません。${askWith}嵐の中の紙の船 [Push in] を試してみてください。`,
  jobsTitle: 'あなたのクリップ',
  askedFor: (when) => `依頼：${when}。`,

  quotaTitle: '今日の利用枠',
  unlimitedClips: 'クリップは好きなだけ作れます。',
  clipsLeft: (left, most, resetsAt) =>
    `残りは${number(most)}本中${number(left)}本です。${resetsAt}にリセットされます。`,
  quotaRow: { spent: '完成', held: '作成中', givenBack: '返却' },
  usedOf: (used, most) => (most === null ? `${number(used)}（上限なし）` : `${number(used)}/${number(most)}`),

  helpTitle: 'クリップの作り方',
  helpExample: (askWith) => `何が起こるかを書いてください：${askWith}嵐の中の紙の船 [Push in]`,
  helpPictures: '画像を添付すると動き出します。チャンネルの画像に🎬でリアクションしても動きます。',
  helpCamera: (directives) => `カメラは角括弧の中の${and(directives)}に従います。`,
  modelsTitle: 'モデル',
  model: ({ resolutions, seconds, needsImage, takesLastImage }) =>
    [
      or(resolutions),
      `${or(seconds)}秒`,
      needsImage ? '画像から' : '言葉または画像から',
      ...(takesLastImage ? ['2枚の画像の間も可'] : []),
    ].join('、'),
  renderedBy: (titles) => `レンダリング：${and(titles)}。`,

  when: createWhen(formats, {
    ahead: (span) => `${span}後`,
    past: (span) => `${span}前`,
    at: (ahead, clock) => `${ahead}（${clock}）`,
    soon: 'まもなく',
    justNow: 'たった今',
  }),
  inARow: (sentences) => sentences.join(''),
};
