/** What the chat page’s server says by itself, in Japanese. */
import type { web as english } from '../en/web.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { megabytes, number } = formats;

/** Sentence by sentence as in English. */
export const web: Wording<typeof english> = {
  notUnderstood: 'ページから、このサーバーに分からないものが送られました。再読み込みしてもう一度お試しください。',
  notSettled: 'サーバーはまだ起動中です。少し待ってからもう一度お試しください。',
  pickName: '先に名前を決めてください。',
  emptyName: '名前には1文字以上必要です。',
  longName: '名前は40文字までです。',
  channelName: 'チャンネル名は1〜40文字の文字、数字、ハイフンです。',
  channelExists: (name) => `${name}というチャンネルはすでにあります。`,
  noChannel: (name) => `${name}というチャンネルはありません。`,
  noMessage: 'そのメッセージはもうありません。',
  noPicture: 'そのメッセージには画像がありません。',
  noFile: 'このメッセージの画像はもう保存されていません。もう一度添付してください。',
  emptyMessage: '何か書くか、画像を添付してください。',
  longMessage: `メッセージは${number(4000)}文字までです。`,
  notText: 'メッセージにテキストではない文字があります。',
  manyPictures: 'メッセージに付けられる画像は4枚までです。',
  largeFile: `画像は${megabytes(30_000_000)}までです。`,
  largeRequest: '一度に受け付けられる量を超えています。',
  takesPictures: (most) =>
    most === 1 ? '付けられる画像は1枚までです。' : `付けられる画像は${number(most)}枚まで（最初と最後）です。`,
  takesNoPictures: '画像は付けられません。',
  unknownCommand: (name) => `${name}というコマンドはありません。/hailuo help をお試しください。`,
  broken: '問題が起き、ログに記録されました。少し待ってからもう一度お試しください。',
};
