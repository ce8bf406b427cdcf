/** Why something cannot be had, and what can, in Japanese. */
import type { FileKind } from '../../picture-problem.ts';
import type { ClipSource } from '../../problems.ts';
import type { problems as english } from '../en/problems.ts';
import type { Wording } from '../wording.ts';
import { formats } from './formats.ts';

const { and, or, megabytes, number } = formats;

const fileKinds: Record<FileKind, string> = {
  'TIFF picture': 'TIFF画像',
  'JPEG XL picture': 'JPEG XL画像',
  'JPEG 2000 picture': 'JPEG 2000画像',
  'Photoshop document': 'Photoshop文書',
  'icon file': 'アイコンファイル',
  'BMP picture': 'BMP画像',
  'SVG drawing': 'SVG図形',
  'PDF document': 'PDF文書',
  'ZIP archive or office document': 'ZIP書庫またはオフィス文書',
  'ZIP archive': 'ZIP書庫',
  'RAR archive': 'RAR書庫',
  '7-Zip archive': '7-Zip書庫',
  'gzip archive': 'gzip書庫',
  'WebM or Matroska video': 'WebMまたはMatroska動画',
  'Ogg file': 'Oggファイル',
  'MP3 file': 'MP3ファイル',
  'AVI video': 'AVI動画',
  'RIFF file': 'RIFFファイル',
  'QuickTime video': 'QuickTime動画',
  'MP4 video': 'MP4動画',
  'Windows program': 'Windowsプログラム',
  program: 'プログラム',
  script: 'スクリプト',
  'web page': 'ウェブページ',
  'text file': 'テキストファイル',
  'unknown kind': '種類の分からないファイル',
};

const sources: Record<ClipSource, string> = {
  text: 'テキストから',
  picture: '画像から',
  'two-pictures': '2枚の画像の間では',
};

/** Sentence by sentence as in English. */
export const problems: Wording<typeof english> = {
  request(problem) {
    switch (problem.kind) {
      case 'no-prompt':
        return 'クリップで何が起こるかを書いてください。';
      case 'prompt-too-long':
        return `プロンプトは${number(problem.most)}文字までです。`;
      case 'prompt-not-text':
        return 'プロンプトにテキストではない文字があります。プレーンテキストで入力し直してください。';
      case 'no-room-for-camera':
        return `[${problem.camera}]を先頭に付けるとプロンプトが${number(problem.most)}文字を超えます。${number(problem.over)}文字短くしてください。`;
      case 'unknown-movement':
        return problem.nearest === null
          ? `[${problem.written}]はカメラの動きではありません。使えるのは${and(problem.movements)}です。ほかの文字には丸括弧を使ってください。`
          : `[${problem.written}]はカメラの動きではありません。[${problem.nearest}]のことですか？`;
      case 'too-many-movements':
        return `[${problem.written}]は動きが多すぎます。1つの角括弧に入るのは${problem.most}個までです。`;
      case 'unknown-provider': {
        const name = problem.written === null ? 'その名前の' : `「${problem.written}」という`;
        return `${name}プロバイダーはここにはありません。${or(problem.providers)}を選ぶか、省いてください。`;
      }
      case 'unknown-option':
        return `${or(problem.written)}というオプションはありません。使えるのは${and(problem.options)}です。`;
      case 'not-a-choice':
        return `${problem.option}は${or(problem.choices)}です。`;
      case 'not-a-switch':
        return `${problem.option}はon（オン）かoff（オフ）です。`;
      case 'not-a-picture':
        return `${problem.option}は画像です。添付するか、アドレスを指定してください。`;
      case 'unreadable':
        return `${problem.option}を読み取れません。`;
      case 'wrong-resolution':
        return `${problem.model}は${or(problem.can)}でレンダリングします。${problem.resolution}なら${or(problem.others)}を選んでください。`;
      case 'too-long-for-1080p':
        return `1080Pのクリップは${problem.most}秒です。${problem.seconds}秒なら768Pを選んでください。`;
      case 'wrong-length':
        return `${problem.model}で作れるのは${or(problem.can)}秒のクリップです。`;
      case 'needs-picture':
        return `${problem.model}は画像を動かすモデルです。画像を添付するか、${or(problem.others)}を選んでください。`;
      case 'no-last-picture':
        return `${problem.model}では最後の画像を使えません。使うなら${or(problem.others)}を選んでください。`;
      case 'last-picture-alone':
        return '最後の画像には最初の画像も必要です。最初の画像も添付してください。';
      case '512p-needs-picture':
        return '512Pは画像を動かすときだけ使えます。画像を添付するか、768Pを選んでください。';
      case '512p-not-between':
        return '2枚の画像の間では512Pを使えません。768Pを選んでください。';
    }
  },

  typing(problem) {
    switch (problem.kind) {
      case 'no-such-command':
        return `そのコマンドはありません。使えるのは${and(problem.commands)}です。`;
      case 'not-on-or-off':
        return `${problem.flag}はon（オン）かoff（オフ）です。`;
      case 'no-value':
        return problem.choices.length === 0
          ? `${problem.flag}には値が必要です。`
          : `${problem.flag}には値が必要です：${or(problem.choices)}。`;
      case 'takes-no-text':
        return `${problem.command}はテキストを取りません。「${problem.said}」を外してください。`;
      case 'no-such-flag': {
        const known =
          problem.flags.length === 0
            ? `${problem.command}にオプションはありません`
            : `使えるのは${and(problem.flags)}です`;
        return `${problem.flag}というオプションはありません。${known}。`;
      }
    }
  },

  picture(problem) {
    switch (problem.kind) {
      case 'empty':
        return 'ファイルが空です。JPEG、PNG、WebPの画像を送ってください。';
      case 'too-heavy':
        return `ファイルが${megabytes(problem.mostBytes)}を超えています。もっと小さい画像を送ってください。`;
      case 'not-a-picture':
        return `ファイルは${fileKinds[problem.what]}で、画像ではありません。JPEG、PNG、WebPを送ってください。`;
      case 'wrong-format':
        return `ファイルは${fileKinds[problem.what]}で、使えません。先にJPEG、PNG、WebPで保存してください。`;
      case 'unreadable-heic':
        return 'このHEIC画像はここでは読み込めません。JPEGで送ってください。';
      case 'damaged':
        return '画像が壊れているか、途中で切れています。保存し直して、ファイル全体を送ってください。';
      case 'stowaway':
        return `画像の中に${fileKinds[problem.what]}が隠れています。普通のJPEGかPNGで保存し直してください。`;
      case 'too-many-pixels':
        return `画像は${problem.width} × ${problem.height}で、大きすぎて開けません。長辺を${problem.mostSide}ピクセル以下に縮小してください。`;
      case 'too-small':
        return `画像は${problem.width} × ${problem.height}で、小さすぎます。短辺は少なくとも${problem.leastSide}ピクセル必要で、300を超えるときれいです。`;
      case 'too-wide':
        return `画像は${problem.width} × ${problem.height}で、横に長すぎます。幅が高さの${number(problem.most)}倍以下になるように切り抜いてください。`;
      case 'too-tall':
        return `画像は${problem.width} × ${problem.height}で、縦に長すぎます。高さが幅の${number(problem.most)}倍以下になるように切り抜いてください。`;
      case 'stays-too-heavy':
        return 'どう保存しても画像が重すぎます。もっと小さいか単純な画像を送ってください。';
      case 'not-an-address':
        return 'それは画像のアドレスではありません。httpsのリンクを送るか、ファイルを添付してください。';
      case 'not-https':
        return '開けるのはhttpsのリンクだけです。httpsのリンクを送るか、画像を添付してください。';
      case 'not-public':
        return 'そのアドレスは公開のインターネット上にありません。画像を添付してください。';
      case 'not-handed-out':
        return `サイトから画像を受け取れませんでした（HTTP ${problem.status}）。画像を添付してください。`;
      case 'too-slow':
        return '画像の到着に時間がかかりすぎました。画像を添付してください。';
      case 'not-fetched':
        return 'そのリンクから画像を取得できませんでした。画像を添付してください。';
    }
  },

  obstacle(obstacle) {
    switch (obstacle.kind) {
      case 'not-sold': {
        const instead = obstacle.instead.map(({ model, resolution }) =>
          resolution === undefined ? model : `${model}（${resolution}）`,
        );
        return `${obstacle.provider}は${obstacle.model}を扱っていません。画像からは${or(instead)}を使えます。`;
      }
      case 'not-known-to-sell':
        return `${obstacle.provider}が${obstacle.model}を扱っているかは不明です。頼めるのは${or(obstacle.others)}です。`;
      case 'picture-only':
        return `${obstacle.provider}の${obstacle.model}は画像からのみです。画像を加えるか、${or(obstacle.others)}を選んでください。`;
      case 'not-from-source': {
        const { fromText, fromPicture } = obstacle;
        const from = obstacle.source === 'text' ? 'テキストから' : '画像から';
        const parts = [
          ...(fromText.length > 0 ? [`テキストからの${fromText.join('、')}`] : []),
          ...(fromPicture.length > 0 ? [`画像からの${fromPicture.join('、')}`] : []),
        ];
        const range =
          parts.length === 0 ? '今のところ、このボットが扱えるHailuoモデルはありません' : `使えるのは${and(parts)}です`;
        return `${obstacle.provider}は${obstacle.model}を${from}レンダリングしません。${range}。`;
      }
      case 'other-renders': {
        const renders = obstacle.renders.map(({ seconds, resolution }) => `${resolution}で${seconds}秒`);
        return `${sources[obstacle.source]}、${obstacle.provider}の${obstacle.model}で作れるのは${or(renders)}です。`;
      }
      case 'other-lengths':
        return `${obstacle.provider}に${obstacle.seconds}秒は頼めません。頼めるのは${or(obstacle.can)}秒だけです。`;
      case 'other-resolutions':
        return `${obstacle.provider}に${obstacle.resolution}は頼めません。頼めるのは${or(obstacle.can)}です。`;
      case 'no-last-picture': {
        const instead =
          obstacle.others.length === 0 ? '最後の画像を外してください' : `${and(obstacle.others)}なら可能です`;
        return `${obstacle.provider}は${obstacle.model}のクリップを画像で終わらせることができません。${instead}。`;
      }
      case 'not-known-to-end':
        return `${obstacle.provider}がクリップを画像で終わらせられるかは不明です。使えるのは最初の画像だけです。`;
      case 'last-picture-alone':
        return `${obstacle.provider}では、最後の画像があるときは最初の画像も必要です。`;
      case 'picture-formats':
        return `${obstacle.provider}で使える画像は${and(obstacle.formats)}だけです。そのどれかで保存してください。`;
      case 'no-way-for-picture':
        return `ここからはこの画像を${obstacle.provider}に渡せません。別のプロバイダーか、もっと小さいJPEGなら使えるかもしれません。`;
      case 'all-away':
        return '今これをレンダリングできるところがありません。ボットの運営者には連絡済みです。後でもう一度お試しください。';
    }
  },

  note(note) {
    switch (note.kind) {
      case 'version-unsaid': {
        const unsaid = note.isPromptRewritingUnsaid ? 'も、プロンプトを書き換えるかどうかも' : 'を';
        return `${note.provider}はHailuoのどのバージョン、長さ、サイズでレンダリングするか${unsaid}明らかにしていません。頼んだものと違うクリップになるかもしれません。`;
      }
      case 'length-contradicted':
        return `${note.provider}のページには${note.said}秒とありますが、MiniMaxが作るこのクリップは${note.seconds}秒です。`;
      case 'resolution-unsaid':
        return `${note.provider}は${note.model}の解像度を明らかにしていません。ほかでは${note.elsewhere}です。`;
    }
  },
};
