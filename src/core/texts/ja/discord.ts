/** What is said on Discord alone, in Japanese. */
import type { discord as english } from '../en/discord.ts';
import type { Wording } from '../wording.ts';

/** Sentence by sentence as in English. */
export const discord: Wording<typeof english> = {
  rootDescription: '言葉や画像から動画クリップを作ります',
  adminRootDescription: 'このサーバーの上限、設定、利用状況',
  animateMenu: '動かす',
  animateTitle: 'この画像を動かす',
  animatePrompt: 'クリップで何が起こるか',
  animatePicture: 'どの画像か',
  openClip: 'クリップを開く',
  status: {
    asked: (when) => `依頼：${when}`,
    rendering: (when) => `レンダリング開始：${when}`,
    expected: (earliest, latest) => `完成予定：早ければ${earliest}、遅くとも${latest}`,
    place: (place) => `列の${place}番目`,
  },
  askedElsewhere: (where) => `${where}で頼まれたクリップですが、そこには投稿できませんでした。`,
  noLink:
    'ファイルが大きすぎてここには載せられず、このボットには受け取り用の公開アドレスもありません。クリップはボットの運営者が持っています。',
  unknownCommand: 'このボットはもうそのコマンドを知りません。/ を入力して選び直してください。',
  broken: 'こちらで問題が起きました。利用枠は減っていません。もう一度お試しください。',
  missingPermissions: (names) =>
    `次の権限がないため、ここにはクリップを投稿できません：${names.join('、')}。このチャンネルを管理できる人が、設定の「権限」で許可できます。利用枠は減っていません。`,
  onlyWhileTokenLives:
    'ここではメンバーではないため、Discordの決まりで返事ができるのは15分間だけです。それより時間のかかるクリップはダイレクトメッセージで届くか、/hailuo jobs に残ります。',
  noPictures: 'そのメッセージには画像がありません。',
  formTooOld: 'その画像はもう取得できません。メッセージのメニューからもう一度「動かす」を選んでください。',
  noContentIntent:
    '画像を動かすリアクションがありましたが、ここではほかの人の画像が見えません。Message Content Intentがオフになっています。ボットの運営者がDiscord開発者ポータルの「Bot」でオンにできます。それまでは、メッセージのメニューの「アプリ」→「動かす」をお使いください。',
  useTheMenu:
    'リアクションからはその画像が見えません。代わりにメッセージのメニューを開き、「アプリ」→「動かす」を選んでください。',
};
